import { z } from 'zod';
import { clientMessageId, id, instant, sender, seq } from './values.js';

/**
 * What the server says, in events and in answers. Strict, so that a test sees what is sent without being described;
 * clients are told to ignore what they do not know.
 */

const partyId = z.string().meta({ description: "A patient's or a doctor's id." });
export const person = z
  .strictObject({ id: partyId, name: z.string() })
  .meta({ description: 'A patient or a doctor.', examples: [{ id: 'patient-1', name: 'Alex Morgan' }] });

export const nextOpeningAt = instant.nullable().meta({
  description:
    'The next instant at which the schedule goes from closed to open; null when there is none within 366 days.',
});

/** A party's id, or the connection's. */
const userId = z.string().meta({
  description: "The party's id; the connection's for one that has not said whose it is.",
  examples: ['patient-1'],
});
const senderIfSaid = sender.nullable().meta({ description: 'null where the connection has not said it.' });

export const message = z
  .strictObject({
    messageId: z.string(),
    consultationId: id,
    sender,
    content: z.string(),
    sentAt: instant,
    user: person,
    doctor: person,
    seq,
    clientMessageId: clientMessageId.exactOptional(),
  })
  .meta({
    description: 'A stored message. `clientMessageId` is there when its sender gave one.',
    examples: [
      {
        messageId: '0b5d1c5e-6f0f-4c55-9d3c-0a5f6f4e7a11',
        consultationId: 'consultation-123',
        sender: 'user',
        content: 'Good morning, doctor.',
        sentAt: '2026-03-29T07:00:00.000Z',
        user: { id: 'patient-1', name: 'Alex Morgan' },
        doctor: { id: 'doctor-1', name: 'Dr. Lena Fischer' },
        seq: 2,
        clientMessageId: 'a-7',
      },
    ],
  });

export const doctorReady = z
  .strictObject({ consultationId: id, doctorId: partyId, message: z.literal('Doctor is now available') })
  .meta({
    description: 'The schedule of the doctor is open and the consultation takes messages.',
    examples: [
      { consultationId: 'consultation-123', doctorId: 'doctor-1', message: 'Doctor is now available' },
    ],
  });

export const doctorAway = z
  .strictObject({
    consultationId: id,
    doctorId: partyId,
    message: z.literal('Doctor is no longer available'),
    nextOpeningAt,
  })
  .meta({
    description: 'The schedule of the doctor has closed.',
    examples: [
      {
        consultationId: 'consultation-123',
        doctorId: 'doctor-1',
        message: 'Doctor is no longer available',
        nextOpeningAt: '2026-03-30T07:00:00.000Z',
      },
    ],
  });

export const presence = z
  .strictObject({ consultationId: id, userId, sender: senderIfSaid, at: instant })
  .meta({
    description: 'A person came, with the first of their connections, or went, with the last.',
    examples: [
      {
        consultationId: 'consultation-123',
        userId: 'patient-1',
        sender: 'user',
        at: '2026-03-29T07:00:00.000Z',
      },
    ],
  });

export const presentPerson = z
  .strictObject({ userId, sender: senderIfSaid })
  .meta({ description: 'A person who is in the room now, on however many devices.' });

export const typing = z
  .strictObject({ consultationId: id, userId, sender: senderIfSaid, isTyping: z.boolean() })
  .meta({
    description: 'A person types, or stopped.',
    examples: [{ consultationId: 'consultation-123', userId: 'patient-1', sender: 'user', isTyping: true }],
  });

export const messagesRead = z
  .strictObject({ consultationId: id, reader: sender, userId, seq, at: instant })
  .meta({
    description: 'A party has read everything up to and including `seq`. Never goes back.',
    examples: [
      {
        consultationId: 'consultation-123',
        reader: 'user',
        userId: 'patient-1',
        seq: 2,
        at: '2026-03-29T07:00:00.000Z',
      },
    ],
  });

export const consultationHead = z.strictObject({ consultationId: id, seq }).meta({
  description: 'The `seq` of the last stored message: whoever has less has missed some.',
  examples: [{ consultationId: 'consultation-123', seq: 2 }],
});

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
