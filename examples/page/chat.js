import { connect, createMemoryStorage } from 'consultation-chat/client';

const CONSULTATION = 'consultation-123';
const DUTY = {
  open: 'The doctor is on duty.',
  closed: 'The doctor is not on duty.',
  unknown: 'The chat cannot be reached.',
};
const status = document.querySelector('#status');
const list = document.querySelector('#messages');
const form = document.querySelector('form');
const text = document.querySelector('#text');

async function tokenOf(person) {
  const response = await fetch(`/sessions/${person}`, { method: 'POST' });
  const { token } = await response.json();
  return token;
}

function enter(person, sender) {
  const storage = createMemoryStorage();
  const client = connect(location.origin, { token: () => tokenOf(person), sender, storage });
  const channel = client.consultation(CONSULTATION);
  /** By `seq`. A read mark says "up to", so it stops before the first message that has not been on screen. */
  const unseen = new Set();
  // In a tab that nobody sees, browsers tell of nothing.
  const onScreen = new IntersectionObserver((changes) => {
    for (const { target, isIntersecting } of changes)
      if (isIntersecting) unseen.delete(Number(target.dataset.seq));
    channel.markRead(unseen.size === 0 ? undefined : Math.min(...unseen) - 1);
  });
  channel.onMessage((message) => {
    const item = document.createElement('li');
    item.textContent = `${message[message.sender].name}: ${message.content}`;
    item.dataset.seq = message.seq;
    list.append(item);
    unseen.add(message.seq);
    onScreen.observe(item);
  });
  channel.onDoctor(({ state }) => {
    status.textContent = DUTY[state];
  });
  form.onsubmit = async (event) => {
    event.preventDefault();
    const content = text.value;
    text.value = '';
    try {
      await channel.send(content);
    } catch (error) {
      status.textContent = error.message;
      text.value = content;
    }
  };
  for (const control of form.elements) control.disabled = false;
  text.focus();
}

for (const button of document.querySelectorAll('[data-person]')) {
  button.onclick = () => {
    for (const one of document.querySelectorAll('[data-person]')) one.disabled = true;
    enter(button.dataset.person, button.dataset.sender);
  };
}
