import { z } from 'zod';
import type { MessageAccepted } from '../../../application/conversation/send-message.js';
import type { Session } from '../../../application/sessions/sessions.js';
import { isoOf } from '../../../domain/instant.js';
import type { SendMessageAnswer } from '../../../protocol/wire.js';
import { must } from '../../edge/must.js';
import { clientMessageId, id, instant, sender, seq } from '../shapes/values.js';
import { type ClientEvent, ok, parse } from './client-event.js';

type Asked = Parameters<Session['send']>[0];

const payload = z
  .object({
    consultationId: id,
    sender,
    // Length and form of the content are the domain's to judge.
    content: z.string({ error: must('must be text') }).meta({
      description:
        '1 to 4,000 characters (Unicode code points) after trimming, of which one shows something; kept as it is otherwise. No NUL, no lone surrogates.',
    }),
    clientMessageId: clientMessageId.nullish(),
  })
  .meta({
    description: 'A message to be stored and then broadcast as `new_message`.',
    examples: [
      {
        consultationId: 'consultation-123',
        sender: 'user',
        content: 'Good morning, doctor.',
        clientMessageId: 'a-7',
      },
    ],
  });

const answer = z
  .strictObject({
    ok,
    messageId: z.string(),
    seq,
    sentAt: instant,
    duplicate: z.literal(true).exactOptional().meta({
      description:
        'The same message had been stored before under this `clientMessageId`: nothing was stored or broadcast again.',
    }),
  })
  .meta({
    description: 'The message is on disk.',
    examples: [
      {
        ok: true,
        messageId: '0b5d1c5e-6f0f-4c55-9d3c-0a5f6f4e7a11',
        seq: 2,
        sentAt: '2026-03-29T07:00:00.000Z',
      },
    ],
  });

export const sendMessage = {
  summary: 'Send a message. It is stored, and only then answered and broadcast.',
  payload,
  answer,
  rate: 'send_message',
  read: (given) => {
    const parsed = parse(payload, given);
    if (parsed.outcome === 'refused') return parsed;
    const { consultationId, sender, content, clientMessageId = null } = parsed.asked;
    return { outcome: 'parsed', asked: { consultationId, sender, content, clientMessageId } };
  },
  ask: (asked, request) => request.session.send(asked),
  toWire: ({ message, duplicate }) => {
    const { messageId, seq, sentAt } = message;
    const answer = { messageId, seq, sentAt: isoOf(sentAt) };
    return duplicate ? { ...answer, duplicate } : answer;
  },
} as const satisfies ClientEvent<Asked, MessageAccepted, SendMessageAnswer>;
