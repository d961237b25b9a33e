import { z } from 'zod';
import { partyId } from '../shapes/person.js';
import { id } from '../shapes/values.js';
import type { ServerEvent } from './server-event.js';

const MESSAGE = 'Doctor is now available';

export const doctorReady = {
  summary:
    'The doctor is on duty: the moment the schedule opens, then on every tick (60 s by default). At once to a connection that joins.',
  shape: 'DoctorReady',
  payload: z.strictObject({ consultationId: id, doctorId: partyId, message: z.literal(MESSAGE) }).meta({
    description: 'The schedule of the doctor is open and the consultation takes messages.',
    examples: [{ consultationId: 'consultation-123', doctorId: 'doctor-1', message: MESSAGE }],
  }),
  to: 'room',
  toWire: ({ consultationId, doctorId }) => ({ consultationId, doctorId, message: MESSAGE }),
} as const satisfies ServerEvent<'doctor_ready'>;
