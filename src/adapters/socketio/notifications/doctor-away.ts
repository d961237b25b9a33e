import { z } from 'zod';
import { partyId } from '../shapes/person.js';
import { id, nextOpeningAt, toWireInstant } from '../shapes/values.js';
import type { ServerEvent } from './server-event.js';

const MESSAGE = 'Doctor is no longer available';

export const doctorAway = {
  summary: 'The schedule has closed; to the rooms of consultations that would accept messages.',
  shape: 'DoctorAway',
  payload: z
    .strictObject({ consultationId: id, doctorId: partyId, message: z.literal(MESSAGE), nextOpeningAt })
    .meta({
      description: 'The schedule of the doctor has closed.',
      examples: [
        {
          consultationId: 'consultation-123',
          doctorId: 'doctor-1',
          message: MESSAGE,
          nextOpeningAt: '2026-03-30T07:00:00.000Z',
        },
      ],
    }),
  to: 'room',
  toWire: ({ consultationId, doctorId, nextOpeningAt }) => ({
    consultationId,
    doctorId,
    message: MESSAGE,
    nextOpeningAt: toWireInstant(nextOpeningAt),
  }),
} as const satisfies ServerEvent<'doctor_away'>;
