import { z } from 'zod';
import { MAX_PAGE_MESSAGES } from '../../../application/conversation/get-messages.js';
import { must } from '../../edge/must.js';
import { clientMessageId, id, sender, seq } from './values.js';

const MUST_BE_A_LIMIT = `must be a whole number from 1 to ${MAX_PAGE_MESSAGES}`;
const limit = z
  .int({ error: must(MUST_BE_A_LIMIT) })
  .min(1, { error: must(MUST_BE_A_LIMIT) })
  .max(MAX_PAGE_MESSAGES, { error: must(MUST_BE_A_LIMIT) });

// What clients send. Unknown keys are ignored, so that newer clients can talk to older servers. What may be left out
// may be null, too: many languages write an absent value so. Length and form of the content are the domain's to judge.
export const joinSchema = z
  .object({
    consultationId: id,
    after: seq.nullish().meta({
      description: 'The last `seq` that the client has: the answer carries what came after it.',
    }),
    sender: sender.nullish().meta({ description: 'As whom, where the connection did not say so.' }),
  })
  .meta({
    description: 'Which consultation to join, and from where on to catch up.',
    examples: [{ consultationId: 'consultation-123', after: 1 }],
  });

export const leaveSchema = z
  .object({ consultationId: id })
  .meta({ description: 'Which consultation to leave.', examples: [{ consultationId: 'consultation-123' }] });

export const sendSchema = z
  .object({
    consultationId: id,
    sender,
    content: z.string({ error: must('must be text') }).meta({
      description:
        '1 to 4,000 characters (Unicode code points) after trimming, kept as it is otherwise. No NUL, no lone surrogates.',
    }),
    clientMessageId: clientMessageId.nullish(),
  })
  .meta({
    description: 'A message to be stored and then broadcast as `new_message`.',
    examples: [
      {
        consultationId: 'consultation-123',
        sender: 'user',
        content: 'Good morning, doctor.',
        clientMessageId: 'a-7',
      },
    ],
  });

export const pageSchema = z
  .object({
    consultationId: id,
    after: seq.nullish().meta({ description: 'Messages with a greater `seq`, the first of them.' }),
    before: seq.nullish().meta({
      description: 'Messages with a smaller `seq`, the last of them. Not together with `after`.',
    }),
    limit: limit.nullish().meta({ description: 'How many at most; 50 when left out.' }),
  })
  .refine((page) => (page.after ?? null) === null || (page.before ?? null) === null, {
    path: ['before'],
    error: 'cannot go together with after',
  })
  .meta({
    description: 'A page of messages: at most one of `after` and `before`; without either the newest.',
    examples: [{ consultationId: 'consultation-123', before: 51, limit: 50 }],
  });

export const markReadSchema = z
  .object({
    consultationId: id,
    seq,
    sender: sender
      .nullish()
      .meta({ description: 'As whom, where the connection has not said so by joining.' }),
  })
  .meta({
    description: 'One party has read everything up to and including `seq`.',
    examples: [{ consultationId: 'consultation-123', seq: 2, sender: 'doctor' }],
  });

export const typingSchema = z
  .object({ consultationId: id, isTyping: z.boolean({ error: must('must be true or false') }) })
  .meta({
    description: 'Whether the person at this connection types.',
    examples: [{ consultationId: 'consultation-123', isTyping: true }],
  });

export const authenticateSchema = z
  .object({
    token: z
      .string({ error: must('must be text') })
      .meta({ description: 'A JSON Web Token, or what the host application takes for one.' }),
  })
  .meta({ description: 'A fresh token.', examples: [{ token: 'eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl' }] });

/** As whom the handshake's `auth` says that the connection speaks. */
export const claimSchema = z.object({ sender });
