import type { Instant } from '../../domain/instant.js';
import { type Refusal, refuse } from '../answers/refusal.js';
import { isSameCaller } from '../lookup/person.js';
import type { Requester } from '../lookup/requester.js';
import type { ConnectionId } from '../ports/broadcaster.js';
import type { Timed } from './deadlines.js';

/**
 * Where a connection is in its life, which goes on in this order and never back: it has `arrived` and is to say who it is,
 * has `signed_in` and is to ask for something, is `in_use` since something it asked for was not refused, has `ended`.
 */
export type SessionStage = 'arrived' | 'signed_in' | 'in_use' | 'ended';

/** What is known of one connection. */
export interface SessionState extends Timed {
  readonly connectionId: ConnectionId;
  stage: SessionStage;
  /** null for one that has yet to say who it is. */
  by: Requester | null;
  /** When the proof of who it is runs out; null for never. */
  expiresAt: Instant | null;
  /** Whose requests its own are counted with; null until it has made one. */
  countedAs: string | null;
  /** Resolves, once it is over, with whom the connection is then; null while nobody signs in. */
  signingIn: Promise<Requester | null> | null;
  /** How many requests are being done for whoever the connection is. */
  inFlight: number;
  /** The sign-in that waits until there are none. */
  whenSettled: (() => void) | null;
  /** Until it is in use: when it is closed for doing nothing. */
  idleAt: Instant | null;
}

/** As whom the connection asks now. */
export function requesterOf({ by, expiresAt }: SessionState, now: Instant): Requester | Refusal {
  if (by === null) return refuse('auth.required');
  return isExpired(expiresAt, now) ? refuse('auth.expired') : by;
}

/**
 * Whom a request is from: who the connection was when it arrived, or will be when the sign-in is over that it arrived
 * behind. null for nobody.
 */
export type Asker = Requester | null | Promise<Requester | null>;

/** As whom a request of that author's is done now. A fresh sign-in of the same person is the same author. */
export function stillAs(state: SessionState, author: Requester | null, now: Instant): Requester | Refusal {
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

/** When there may next be a reason to end; null for never. */
export function nextReasonAt({ expiresAt, idleAt }: SessionState): Instant | null {
  const never = Number.POSITIVE_INFINITY;
  const next = Math.min(expiresAt ?? never, idleAt ?? never);
  return next === never ? null : next;
}

function isExpired(expiresAt: Instant | null, now: Instant): boolean {
  return expiresAt !== null && expiresAt <= now;
}
