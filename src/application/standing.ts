import type { Instant } from '../domain/instant.js';
import type { ConnectionId } from './ports/broadcaster.js';
import type { Caller, Identity } from './ports/identity.js';
import { type Refusal, refuse } from './refusal.js';
import type { Requester } from './requester.js';

/** What is known of one connection. */
export interface Standing {
  readonly connectionId: ConnectionId;
  identity: Identity | null;
  by: Requester | null;
  /** Whose requests its own are counted with. */
  countedAs: string;
  signingIn: Promise<unknown> | null;
  /** Joins and reads of messages under way: null when there is none. */
  reading: Promise<unknown> | null;
  /** Until it first asks for a consultation: when it is closed without. */
  idleAt: Instant | null;
}

/** As whom the connection asks now. */
export function requesterOf({ identity, by }: Standing, now: Instant): Requester | Refusal {
  if (by === null) return refuse('auth.required');
  return isExpired(identity, now) ? refuse('auth.expired') : by;
}

/** Why the connection has to end now; null while it may stay. */
export function reasonToEnd({ identity, idleAt }: Standing, now: Instant): Refusal | null {
  if (isExpired(identity, now)) return refuse('auth.expired');
  if (idleAt === null || idleAt > now) return null;
  return identity === null ? refuse('auth.required') : refuse('connection.idle');
}

/** When there may next be a reason to end; null for never. */
export function nextReasonAt({ identity, idleAt }: Standing): Instant | null {
  const never = Number.POSITIVE_INFINITY;
  const next = Math.min(identity?.expiresAt ?? never, idleAt ?? never);
  return next === never ? null : next;
}

function isExpired(identity: Identity | null, now: Instant): boolean {
  const expiresAt = identity?.expiresAt ?? null;
  return expiresAt !== null && expiresAt <= now;
}

export function isSame(one: Caller, other: Caller): boolean {
  if (one.role === 'anyone' || other.role === 'anyone') return one.role === other.role;
  return one.role === other.role && one.id === other.id;
}

/** Whose requests are counted together: a person's on all devices. Those for whom nobody vouches count by connection. */
export function countedAs(caller: Caller, connectionId: ConnectionId): string {
  return caller.role === 'anyone' ? `connection:${connectionId}` : `${caller.role}:${caller.id}`;
}
