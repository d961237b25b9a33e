import { z } from 'zod';
import { isoOf } from '../../../domain/instant.js';
import { userId } from '../shapes/person.js';
import { id, instant, sender, seq } from '../shapes/values.js';
import type { ServerEvent } from './server-event.js';

export const messagesRead = {
  summary: 'A party has read up to a message; to everybody in the room.',
  shape: 'MessagesRead',
  payload: z.strictObject({ consultationId: id, reader: sender, userId, seq, at: instant }).meta({
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
  }),
  to: 'room',
  toWire: ({ consultationId, reader, userId, seq, at }) => ({
    consultationId,
    reader,
    userId,
    seq,
    at: isoOf(at),
  }),
} as const satisfies ServerEvent<'messages_read'>;
