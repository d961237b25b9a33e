import { z } from 'zod';
import { id } from '../shapes/values.js';
import { type ClientEvent, idOrObject, type Outcome, ok, parse } from './client-event.js';

type Asked = { readonly consultationId: string };

const fields = z
  .object({ consultationId: id })
  .meta({ description: 'Which consultation to leave.', examples: [{ consultationId: 'consultation-123' }] });

export const leaveConsultation = {
  summary: 'Leave the room of a consultation. Leaving where one is not is no error.',
  payload: z.union([id, fields]).meta({
    description: 'The id, alone or in an object.',
    examples: ['consultation-123', { consultationId: 'consultation-123' }],
  }),
  answer: z.strictObject({ ok, consultationId: id }).meta({
    description: 'The connection is not in the room.',
    examples: [{ ok: true, consultationId: 'consultation-123' }],
  }),
  // Leaving is always possible, so no rate counts it.
  rate: null,
  read: (payload) => parse(fields, idOrObject(payload)),
  ask: ({ consultationId }, request) => {
    const leave = () => request.session.leave(consultationId);
    leave();
    // A join that was sent before may still be in flight, and must not outlast its leave.
    return request.queue.run(async () => leave());
  },
  toWire: (_, { consultationId }) => ({ consultationId }),
} as const satisfies ClientEvent<Asked, Outcome, { readonly consultationId: string }>;
