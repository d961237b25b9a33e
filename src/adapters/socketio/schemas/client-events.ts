import { z } from 'zod';
import { MAX_PAGE_MESSAGES } from '../../../application/get-messages.js';
import { must } from './must.js';
import { clientMessageId, id, sender, seq } from './values.js';

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
