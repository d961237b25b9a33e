import { z } from 'zod';
import { MAX_PAGE_MESSAGES } from '../../../application/conversation/get-messages.js';
import { person } from './person.js';
import { clientMessageId, id, instant, sender, seq } from './values.js';

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

/** A page of messages, which has at most as many as one answer may hold. */
export const messages = z.array(message).max(MAX_PAGE_MESSAGES);

export const headSeq = seq.meta({ description: 'The `seq` of the last message; 0 when there is none.' });
