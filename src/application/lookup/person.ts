import type { Sender } from '../../domain/consultation/events.js';
import type { Caller } from '../ports/identity.js';

/** A person in a room is a party and an id, because a patient, a doctor and an administrator may share an id. */
interface Present {
  readonly userId: string;
  /** null for somebody who speaks as neither party. */
  readonly sender: Sender | null;
}

export function isSamePerson(one: Present, other: Present): boolean {
  return one.userId === other.userId && one.sender === other.sender;
}

/**
 * Whether two callers are the same person. Callers of demo mode count as the same: only their connections tell them
 * apart.
 */
export function isSameCaller(one: Caller, other: Caller): boolean {
  if (one.role === 'anyone' || other.role === 'anyone') return one.role === other.role;
  return one.role === other.role && one.id === other.id;
}

/**
 * The key of a person in a map.
 *
 * @param role the role, kind or party as which the person is known there: a word without a colon, or null for none.
 */
export function personKey(role: string | null, id: string): string {
  return `${role ?? ''}:${id}`;
}

/** The key of a person in a consultation. Ids may hold any character, so the length tells where the first one ends. */
export function presenceKey(consultationId: string, { userId, sender }: Present): string {
  return `${consultationId.length} ${consultationId} ${personKey(sender, userId)}`;
}
