import { z } from 'zod';
import { id, seq } from '../shapes/values.js';
import type { ServerEvent } from './server-event.js';

export const consultationHead = {
  summary: 'Which message is the last, on every tick; to everybody in the room.',
  shape: 'ConsultationHead',
  payload: z.strictObject({ consultationId: id, seq }).meta({
    description: 'The `seq` of the last stored message: whoever has less has missed some.',
    examples: [{ consultationId: 'consultation-123', seq: 2 }],
  }),
  to: 'room',
  toWire: ({ consultationId, seq }) => ({ consultationId, seq }),
} as const satisfies ServerEvent<'consultation_head'>;
