import type { z } from 'zod';
import { type Refusal, refuse } from '../../application/answers/refusal.js';
import type { GetMessagesRequest } from '../../application/conversation/get-messages.js';
import type { Sender } from '../../protocol/wire.js';
import {
  authenticateSchema,
  claimSchema,
  joinSchema,
  leaveSchema,
  markReadSchema,
  pageSchema,
  sendSchema,
  typingSchema,
} from './schemas/client-events.js';
import { clientMessageId } from './schemas/values.js';

/** Messages in a page when nobody says how many. */
const DEFAULT_PAGE_MESSAGES = 50;

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

/** `{ token }`. */
export function parseAuthenticate(payload: unknown): Parsed<{ token: string }> {
  return check(authenticateSchema, payload);
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
