const chat = document.querySelector('consultation-chat');
const unread = document.querySelector('#unread');

/** Your own server says who somebody is: `?person=doctor-1` for the doctor. Asked again before the token expires. */
chat.getToken = async () => {
  const person = new URLSearchParams(location.search).get('person') ?? 'patient-1';
  const response = await fetch(`/sessions/${person}`, { method: 'POST' });
  if (!response.ok) throw new Error(`no token: ${response.status}`);
  return (await response.json()).token;
};

// Events tell numbers and ids, never what people wrote.
chat.addEventListener('unread', ({ detail }) => {
  unread.textContent = detail.count === 0 ? '' : `(${detail.count} new)`;
});
