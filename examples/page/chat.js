import { connect, createMemoryStorage } from 'consultation-chat/client';

const CONSULTATION = 'consultation-123';
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
  channel.onMessage((message) => {
    const item = document.createElement('li');
    item.textContent = `${message[message.sender].name}: ${message.content}`;
    list.append(item);
    channel.markRead();
  });
  channel.onDoctor(({ state }) => {
    status.textContent = state === 'open' ? 'The doctor is on duty.' : 'The doctor is not on duty.';
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
