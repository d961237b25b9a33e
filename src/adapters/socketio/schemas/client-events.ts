import { z } from 'zod';
import { MAX_PAGE_MESSAGES } from '../../../application/get-messages.js';
import { must } from './must.js';

/** The highest `seq` that can be asked for: a 32-bit integer, as it is stored. */
const MAX_SEQ = 2 ** 31 - 1;

const MUST_BE_AN_ID = 'must be 1 to 64 letters, digits, hyphens or underscores';
const id = z
  .string({ error: must(MUST_BE_AN_ID) })
  .regex(/^[A-Za-z0-9_-]{1,64}$/, { error: must(MUST_BE_AN_ID) });
const sender = z.enum(['user', 'doctor'], { error: must('must be "user" or "doctor"') });
const MUST_BE_A_MESSAGE_ID = 'must be 1 to 64 characters of well-formed text without NUL';
export const clientMessageId = z
  .string({ error: must(MUST_BE_A_MESSAGE_ID) })
  .regex(/^[^\0\p{Surrogate}]{1,64}$/u, { error: must(MUST_BE_A_MESSAGE_ID) });
const MUST_BE_A_SEQ = `must be a whole number from 0 to ${MAX_SEQ}`;
const seq = z
  .int({ error: must(MUST_BE_A_SEQ) })
  .min(0, { error: must(MUST_BE_A_SEQ) })
  .max(MAX_SEQ, { error: must(MUST_BE_A_SEQ) });
const MUST_BE_A_LIMIT = `must be a whole number from 1 to ${MAX_PAGE_MESSAGES}`;
const limit = z
  .int({ error: must(MUST_BE_A_LIMIT) })
  .min(1, { error: must(MUST_BE_A_LIMIT) })
  .max(MAX_PAGE_MESSAGES, { error: must(MUST_BE_A_LIMIT) });

// What clients send. Unknown keys are ignored, so that newer clients can talk to older servers. What may be left out
// may be null, too: many languages write an absent value so. Length and form of the content are the domain's to judge.
export const joinSchema = z.object({
  consultationId: id,
  after: seq.nullish(),
  sender: sender.nullish(),
});
export const leaveSchema = z.object({ consultationId: id });
export const sendSchema = z.object({
  consultationId: id,
  sender,
  content: z.string({ error: must('must be text') }),
  clientMessageId: clientMessageId.nullish(),
});
export const pageSchema = z
  .object({ consultationId: id, after: seq.nullish(), before: seq.nullish(), limit: limit.nullish() })
  .refine((page) => (page.after ?? null) === null || (page.before ?? null) === null, {
    path: ['before'],
    error: 'cannot go together with after',
  });
export const markReadSchema = z.object({ consultationId: id, seq, sender: sender.nullish() });
export const typingSchema = z.object({
  consultationId: id,
  isTyping: z.boolean({ error: must('must be true or false') }),
});
export const authenticateSchema = z.object({ token: z.string({ error: must('must be text') }) });
/** As whom the handshake's `auth` says that the connection speaks. */
export const claimSchema = z.object({ sender });
