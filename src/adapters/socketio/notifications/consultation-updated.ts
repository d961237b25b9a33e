import { consultation, toWireConsultation } from '../shapes/consultation.js';
import type { ServerEvent } from './server-event.js';

export const consultationUpdated = {
  summary:
    'The consultation was opened, extended, ended, reopened, ran out and was deactivated, or one of its parties has a new name; to everybody in the room.',
  shape: 'Consultation',
  payload: consultation,
  to: 'room',
  toWire: ({ consultation }) => toWireConsultation(consultation),
} as const satisfies ServerEvent<'consultation_updated'>;
