import { z } from 'zod';
import { type ClientEvent, type Outcome, ok } from './client-event.js';

export const unwatchInbox = {
  summary: 'Hear of no more changes in the own inbox. Not watching it is no error.',
  payload: z
    .object({})
    .optional()
    .meta({ description: 'Nothing, or an empty object.', examples: [{}] }),
  answer: z.strictObject({ ok }).meta({
    description: 'Nothing more comes.',
    examples: [{ ok: true }],
  }),
  // Always possible.
  rate: null,
  read: () => ({ outcome: 'parsed', asked: {} }),
  ask: async (_, request) => request.session.unwatchInbox(),
  toWire: () => ({}),
} as const satisfies ClientEvent<object, Outcome, object>;
