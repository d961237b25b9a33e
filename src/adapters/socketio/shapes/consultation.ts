import { z } from 'zod';
import type { ConsultationView } from '../../../application/ports/notification.js';
import { isoOf } from '../../../domain/instant.js';
import type { Consultation } from '../../../protocol/wire.js';
import { person } from './person.js';
import { id, instant, seq } from './values.js';

export const CONSULTATION_EXAMPLE = {
  consultationId: 'consultation-123',
  isActive: true,
  status: 'open',
  expiresAt: '2026-03-30T07:00:00.000Z',
  user: { id: 'patient-1', name: 'Alex Morgan' },
  doctor: { id: 'doctor-1', name: 'Dr. Lena Fischer' },
  readSeq: { user: 1, doctor: 0 },
} as const;

export const consultation = z
  .strictObject({
    consultationId: id,
    isActive: z.boolean().meta({ description: 'True exactly while `status` is `open`.' }),
    status: z.enum(['open', 'ended', 'expired']),
    expiresAt: instant,
    user: person,
    doctor: person,
    readSeq: z
      .strictObject({ user: seq, doctor: seq })
      .meta({ description: 'Up to which `seq` each party has read; 0 before the first.' }),
  })
  .meta({
    description: 'A consultation. Messages are accepted while it is `open` and `expiresAt` lies ahead.',
    examples: [CONSULTATION_EXAMPLE],
  });

export function toWireConsultation(view: ConsultationView): Consultation {
  const { consultationId, status, expiresAt, readSeq, patient, doctor } = view;
  const isActive = status === 'open';
  return { consultationId, isActive, status, expiresAt: isoOf(expiresAt), user: patient, doctor, readSeq };
}
