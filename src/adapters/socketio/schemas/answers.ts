import { z } from 'zod';
import { MAX_PAGE_MESSAGES } from '../../../application/conversation/get-messages.js';
import { wireError } from './errors.js';
import { CONSULTATION_EXAMPLE, consultation, message, nextOpeningAt, presentPerson } from './payloads.js';
import { id, instant, role, seq } from './values.js';

const ok = z.literal(true);
const messages = z.array(message).max(MAX_PAGE_MESSAGES);
const headSeq = seq.meta({ description: 'The `seq` of the last message; 0 when there is none.' });

export const joinAnswer = z
  .strictObject({
    ok,
    consultation,
    doctor: z.strictObject({ open: z.boolean(), nextOpeningAt }),
    headSeq,
    messages: messages.meta({
      description: 'What came after `after`, oldest first; empty when no `after` was given.',
    }),
    present: z
      .array(presentPerson)
      .meta({ description: 'Who is in the room now, the one who joins included.' }),
  })
  .meta({
    description: 'The connection is in the room.',
    examples: [
      {
        ok: true,
        consultation: CONSULTATION_EXAMPLE,
        doctor: { open: true, nextOpeningAt: null },
        headSeq: 0,
        messages: [],
        present: [{ userId: 'patient-1', sender: 'user' }],
      },
    ],
  });

export const leaveAnswer = z.strictObject({ ok, consultationId: id }).meta({
  description: 'The connection is not in the room.',
  examples: [{ ok: true, consultationId: 'consultation-123' }],
});

export const sendAnswer = z
  .strictObject({
    ok,
    messageId: z.string(),
    seq,
    sentAt: instant,
    duplicate: z.literal(true).exactOptional().meta({
      description:
        'The same message had been stored before under this `clientMessageId`: nothing was stored or broadcast again.',
    }),
  })
  .meta({
    description: 'The message is on disk.',
    examples: [
      {
        ok: true,
        messageId: '0b5d1c5e-6f0f-4c55-9d3c-0a5f6f4e7a11',
        seq: 2,
        sentAt: '2026-03-29T07:00:00.000Z',
      },
    ],
  });

export const pageAnswer = z
  .strictObject({
    ok,
    messages: messages.meta({ description: 'In the order of `seq`.' }),
    headSeq,
    hasMore: z.boolean().meta({ description: 'Whether the same direction holds more.' }),
  })
  .meta({
    description: 'A page of messages.',
    examples: [{ ok: true, messages: [], headSeq: 0, hasMore: false }],
  });

export const markReadAnswer = z.strictObject({ ok, consultationId: id, seq }).meta({
  description: 'Where the mark stands.',
  examples: [{ ok: true, consultationId: 'consultation-123', seq: 2 }],
});

export const typingAnswer = z.strictObject({ ok, consultationId: id }).meta({
  description: 'The others are told.',
  examples: [{ ok: true, consultationId: 'consultation-123' }],
});

export const authenticateAnswer = z
  .strictObject({
    ok,
    userId: z
      .string()
      .nullable()
      .meta({ description: 'null in demo mode, where nobody has to say who they are.' }),
    role: role.nullable(),
    expiresAt: instant.nullable().meta({
      description:
        'When the connection ends unless a fresh token is handed in before; null when it does not.',
    }),
  })
  .meta({
    description: 'Who the connection is from now on.',
    examples: [{ ok: true, userId: 'patient-1', role: 'patient', expiresAt: '2026-03-29T08:00:00.000Z' }],
  });

export const refusal = z.strictObject({ ok: z.literal(false), error: wireError }).meta({
  description: 'The event had no effect.',
  examples: [
    {
      ok: false,
      error: {
        code: 'doctor.unavailable',
        message: 'The doctor is not available at this time.',
        nextOpeningAt: '2026-03-30T07:00:00.000Z',
        clientMessageId: 'a-7',
      },
    },
  ],
});
