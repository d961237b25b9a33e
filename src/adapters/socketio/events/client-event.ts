import { z } from 'zod';
import { type Refusal, refuse } from '../../../application/answers/refusal.js';
import type { RateKind } from '../../../application/ports/rate-limiter.js';
import type { Asker } from '../../../application/sessions/session-state.js';
import type { ClientRequest } from '../client-request.js';

/** The result of a use case. Its outcome is one of the use case's own, or `refused`. */
export interface Outcome {
  readonly outcome: string;
}

/**
 * Everything that the server knows of an event that clients send: how it is documented, read, asked, counted and
 * answered. Each event has a file, and `client-events.ts` lists them all.
 */
export interface ClientEvent<
  Asked = unknown,
  Answered extends Outcome = Outcome,
  Answer extends object = object,
> {
  /** One sentence for the documentation. */
  readonly summary: string;
  /**
   * The schema of what a client may send, with examples. Unknown keys are ignored, so that newer clients can talk to
   * older servers.
   */
  readonly payload: z.ZodType;
  /** The acknowledgement of a success, with examples. Refusals look the same for all events. */
  readonly answer: z.ZodType;
  /**
   * The rate by which the session counts the event. With null no rate counts it, and only the connection's allowance
   * limits it.
   */
  readonly rate: RateKind | null;
  /** Turns a payload, which may be anything, into what the session can be asked for, or refuses it. */
  read(payload: unknown): Parsed<Asked>;
  /** Asks the session. Rejects only for failures, never for refusals. */
  ask(asked: Asked, request: ClientRequest): Promise<Answered | Refusal>;
  /** Makes the fields that the acknowledgement of a success holds besides `ok`. */
  toWire(answered: Answered, asked: Asked): Answer;
}

export type Parsed<Asked> = { readonly outcome: 'parsed'; readonly asked: Asked } | Refusal;

/** Every acknowledgement of a success begins with this field. */
export const ok = z.literal(true);

/** Refuses a payload that the schema does not accept, and names the first field that is wrong. */
export function parse<Value>(schema: z.ZodType<Value>, payload: unknown): Parsed<Value> {
  const result = schema.safeParse(payload);
  if (result.success) return { outcome: 'parsed', asked: result.data };
  const issue = result.error.issues[0];
  if (issue === undefined || issue.path.length === 0) {
    return refuse('request.invalid', { field: 'payload', reason: 'must be an object' });
  }
  return refuse('request.invalid', { field: issue.path.join('.'), reason: issue.message });
}

/** Lets a client send a bare id instead of an object that holds nothing else. */
export function idOrObject(payload: unknown): unknown {
  return typeof payload === 'string' ? { consultationId: payload } : payload;
}

/**
 * Asks as whoever the connection is now, but only once its earlier joins and leaves are done. The request may have been
 * sent right after a join that says who asks, or without which it would be refused.
 */
export async function askBehindJoin<Answered>(
  { session, queue }: ClientRequest,
  ask: (asker: Asker) => Promise<Answered>,
): Promise<Answered> {
  const asker = session.asker();
  const joined = queue.settled();
  if (joined !== null) await joined;
  return ask(asker);
}
