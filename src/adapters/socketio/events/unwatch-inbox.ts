import { z } from 'zod';
import { type ClientEvent, type Outcome, ok, parse } from './client-event.js';

const payload = z
  .object({})
  .optional()
  .meta({ description: 'Nothing, or an empty object.', examples: [{}] });

export const unwatchInbox = {
  summary: 'Hear of no more changes in the own inbox. Not watching it is no error.',
  payload,
  answer: z.strictObject({ ok }).meta({
    description: 'Nothing more comes.',
    examples: [{ ok: true }],
  }),
  // This is always possible, so no rate counts it.
  rate: null,
  // A client that sends no payload may put the callback in its place.
  read: (given) => parse(payload, typeof given === 'function' ? {} : (given ?? {})),
  ask: async (_asked, request) => request.session.unwatchInbox(),
  toWire: () => ({}),
} as const satisfies ClientEvent<object | undefined, Outcome, object>;
