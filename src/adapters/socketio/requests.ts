import { z } from 'zod';
import { type GetMessagesRequest, MAX_PAGE_MESSAGES } from '../../application/get-messages.js';
import { type Refusal, refuse } from '../../application/refusal.js';
import type { Sender } from '../../protocol/wire.js';

/** The highest `seq` that can be asked for: a 32-bit integer, as it is stored. */
export const MAX_SEQ = 2 ** 31 - 1;

/** Messages in a page when nobody says how many. */
const DEFAULT_PAGE_MESSAGES = 50;

/** Reasons follow the field's name in a sentence: `content must be text`. */
const must =
  (reason: string) =>
  ({ input }: { readonly input?: unknown }): string =>
    input === undefined ? 'is required' : reason;

const MUST_BE_AN_ID = 'must be 1 to 64 letters, digits, hyphens or underscores';
const id = z
  .string({ error: must(MUST_BE_AN_ID) })
  .regex(/^[A-Za-z0-9_-]{1,64}$/, { error: must(MUST_BE_AN_ID) });
const sender = z.enum(['user', 'doctor'], { error: must('must be "user" or "doctor"') });
const MUST_BE_A_MESSAGE_ID = 'must be 1 to 64 characters of well-formed text without NUL';
const clientMessageId = z
  .string({ error: must(MUST_BE_A_MESSAGE_ID) })
  .regex(/^[^\0\p{Surrogate}]{1,64}$/u, { error: must(MUST_BE_A_MESSAGE_ID) });
const MUST_BE_A_SEQ = `must be a whole number from 0 to ${MAX_SEQ}`;
const seq = z
  .int({ error: must(MUST_BE_A_SEQ) })
  .min(0, { error: must(MUST_BE_A_SEQ) })
  .max(MAX_SEQ, { error: must(MUST_BE_A_SEQ) });

// Unknown keys are ignored, so that newer clients can talk to older servers. What may be left out may be null, too:
// many languages write an absent value so. Length and form of the content are the domain's to judge.
const joinSchema = z.object({ consultationId: id, after: seq.nullish(), sender: sender.nullish() });
const claimSchema = z.object({ sender });
const leaveSchema = z.object({ consultationId: id });
const sendSchema = z.object({
  consultationId: id,
  sender,
  content: z.string({ error: must('must be text') }),
  clientMessageId: clientMessageId.nullish(),
});

const MUST_BE_A_LIMIT = `must be a whole number from 1 to ${MAX_PAGE_MESSAGES}`;
const limit = z
  .int({ error: must(MUST_BE_A_LIMIT) })
  .min(1, { error: must(MUST_BE_A_LIMIT) })
  .max(MAX_PAGE_MESSAGES, { error: must(MUST_BE_A_LIMIT) });
const pageSchema = z
  .object({ consultationId: id, after: seq.nullish(), before: seq.nullish(), limit: limit.nullish() })
  .refine((page) => (page.after ?? null) === null || (page.before ?? null) === null, {
    path: ['before'],
    error: 'cannot go together with after',
  });
const markReadSchema = z.object({ consultationId: id, seq, sender: sender.nullish() });
const typingSchema = z.object({
  consultationId: id,
  isTyping: z.boolean({ error: must('must be true or false') }),
});

export interface JoinRequest {
  readonly consultationId: string;
  readonly after: number | null;
  readonly sender: Sender | null;
}

export interface LeaveRequest {
  readonly consultationId: string;
}

export interface SendRequest {
  readonly consultationId: string;
  readonly sender: Sender;
  readonly content: string;
  readonly clientMessageId: string | null;
}

export type Parsed<Request> = { readonly outcome: 'parsed'; readonly request: Request } | Refusal;

/** `consultationId` or `{ consultationId, after?, sender? }`. */
export function parseJoin(payload: unknown): Parsed<JoinRequest> {
  const parsed = check(joinSchema, idOrObject(payload));
  if (parsed.outcome === 'refused') return parsed;
  const { consultationId, after = null, sender = null } = parsed.request;
  return { outcome: 'parsed', request: { consultationId, after, sender } };
}

/** `consultationId` or `{ consultationId }`. */
export function parseLeave(payload: unknown): Parsed<LeaveRequest> {
  return check(leaveSchema, idOrObject(payload));
}

/** `{ consultationId, sender, content, clientMessageId? }`. */
export function parseSend(payload: unknown): Parsed<SendRequest> {
  const parsed = check(sendSchema, payload);
  if (parsed.outcome === 'refused') return parsed;
  const { consultationId, sender, content, clientMessageId = null } = parsed.request;
  return { outcome: 'parsed', request: { consultationId, sender, content, clientMessageId } };
}

/** `{ consultationId, after? | before?, limit? }`. */
export function parsePage(payload: unknown): Parsed<GetMessagesRequest> {
  const parsed = check(pageSchema, payload);
  if (parsed.outcome === 'refused') return parsed;
  const { consultationId, after, before, limit } = parsed.request;
  const from = isGiven(after) ? { after } : isGiven(before) ? { before } : null;
  return { outcome: 'parsed', request: { consultationId, from, limit: limit ?? DEFAULT_PAGE_MESSAGES } };
}

function isGiven(value: number | null | undefined): value is number {
  return value !== null && value !== undefined;
}

export interface MarkReadRequest {
  readonly consultationId: string;
  readonly seq: number;
  readonly sender: Sender | null;
}

/** `{ consultationId, seq, sender? }`. */
export function parseMarkRead(payload: unknown): Parsed<MarkReadRequest> {
  const parsed = check(markReadSchema, payload);
  if (parsed.outcome === 'refused') return parsed;
  const { consultationId, seq, sender = null } = parsed.request;
  return { outcome: 'parsed', request: { consultationId, seq, sender } };
}

/** `{ consultationId, isTyping }`. */
export function parseTyping(payload: unknown): Parsed<{ consultationId: string; isTyping: boolean }> {
  return check(typingSchema, payload);
}

/** As whom the handshake says that the connection speaks; null when it does not say so in our words. */
export function parseSenderClaim(auth: unknown): Sender | null {
  const parsed = claimSchema.safeParse(auth);
  return parsed.success ? parsed.data.sender : null;
}

/** The id that a refusal of this message can be told by; null when there is none. */
export function clientMessageIdOf(payload: unknown): string | null {
  if (typeof payload !== 'object' || payload === null || !('clientMessageId' in payload)) return null;
  const parsed = clientMessageId.safeParse(payload.clientMessageId);
  return parsed.success ? parsed.data : null;
}

function idOrObject(payload: unknown): unknown {
  return typeof payload === 'string' ? { consultationId: payload } : payload;
}

function check<Request>(schema: z.ZodType<Request>, payload: unknown): Parsed<Request> {
  const result = schema.safeParse(payload);
  if (result.success) return { outcome: 'parsed', request: result.data };
  const issue = result.error.issues[0];
  if (issue === undefined || issue.path.length === 0) {
    return refuse('request.invalid', { field: 'payload', reason: 'must be an object' });
  }
  return refuse('request.invalid', { field: issue.path.join('.'), reason: issue.message });
}
