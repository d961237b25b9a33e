import { createElement as h, useState } from 'react';
import { useConsultation } from './use-consultation.js';

const DUTY = { open: 'The doctor is on duty.', closed: 'The doctor is off duty.', unknown: 'Connecting…' };

/** The smallest room that a hook carries; JSX is left out so that it runs without a compiler. */
export function Room({ client, consultationId }) {
  const { messages, doctor, state, send } = useConsultation(client, consultationId);
  const [draft, setDraft] = useState('');
  const submit = (event) => {
    event.preventDefault();
    setDraft('');
    send(draft)?.catch((error) => alert(error.message));
  };
  return h(
    'section',
    { 'aria-label': 'Conversation' },
    h(
      'p',
      { role: 'status' },
      state === 'refused' ? 'This conversation cannot be opened.' : DUTY[doctor.state],
    ),
    h(
      'ol',
      null,
      messages.map(({ messageId, sender, content, [sender]: person }) =>
        h('li', { key: messageId }, `${person.name}: ${content}`),
      ),
    ),
    h(
      'form',
      { onSubmit: submit },
      h(
        'label',
        null,
        'Message ',
        h('input', { value: draft, onChange: ({ target }) => setDraft(target.value) }),
      ),
      h('button', { type: 'submit', disabled: draft.trim() === '' || state === 'refused' }, 'Send'),
    ),
  );
}
