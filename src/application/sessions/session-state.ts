import type { Instant } from '../../domain/instant.js';
import { type Refusal, refuse } from '../answers/refusal.js';
import { isSameCaller } from '../lookup/person.js';
import type { Requester } from '../lookup/requester.js';
import type { ConnectionId } from '../ports/broadcaster.js';
import type { Timed } from './deadlines.js';

/**
 * The stages of a connection's life, which it goes through in this order and never back: `arrived` (it has yet to say
 * who it is), `signed_in` (it has yet to ask for something), `in_use` (something that it asked for was not refused),
 * `ended`.
 */
export type SessionStage = 'arrived' | 'signed_in' | 'in_use' | 'ended';

/** What is known of one connection. */
export interface SessionState extends Timed {
  readonly connectionId: ConnectionId;
  stage: SessionStage;
  /** Who the connection is; null while it has not said so yet. */
  by: Requester | null;
  /** When the sign-in expires; null for never. */
  expiresAt: Instant | null;
  /** The key under which rates count the connection's requests; null until its first one. */
  countedAs: string | null;
  /** The sign-in under way, which resolves with who the connection is afterwards; null when there is none. */
  signingIn: Promise<Requester | null> | null;
  /** How many requests are in flight for whoever the connection is. */
  inFlight: number;
  /** Wakes the sign-in that waits until no request is in flight. */
  whenSettled: (() => void) | null;
  /** When the connection is closed for doing nothing; null once it is in use. */
  idleAt: Instant | null;
}

/** Who asks if the connection makes a request now. */
export function requesterOf({ by, expiresAt }: SessionState, now: Instant): Requester | Refusal {
  if (by === null) return refuse('auth.required');
  return isExpired(expiresAt, now) ? refuse('auth.expired') : by;
}

/**
 * Whom a request is from: who the connection was when the request arrived or, if it arrived during a sign-in, who the
 * connection is once that is over. null for nobody.
 */
export type Asker = Requester | null | Promise<Requester | null>;

/**
 * As whom a request is done that `author` has made: a person who has signed in again is still the same author.
 * Refuses if the connection has become somebody else's.
 */
export function requesterFor(
  state: SessionState,
  author: Requester | null,
  now: Instant,
): Requester | Refusal {
  const by = requesterOf(state, now);
  if (by === author || 'outcome' in by) return by;
  return author !== null && isSameCaller(by.caller, author.caller) ? by : refuse('auth.required');
}

/** Why the connection has to end now; null while it may stay. */
export function reasonToEnd({ by, expiresAt, idleAt }: SessionState, now: Instant): Refusal | null {
  if (isExpired(expiresAt, now)) return refuse('auth.expired');
  if (idleAt === null || idleAt > now) return null;
  return by === null ? refuse('auth.required') : refuse('connection.idle');
}

/** The next instant at which there may be a reason to end; null for never. */
export function nextReasonAt({ expiresAt, idleAt }: SessionState): Instant | null {
  const never = Number.POSITIVE_INFINITY;
  const next = Math.min(expiresAt ?? never, idleAt ?? never);
  return next === never ? null : next;
}

function isExpired(expiresAt: Instant | null, now: Instant): boolean {
  return expiresAt !== null && expiresAt <= now;
}
