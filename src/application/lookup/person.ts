import type { Sender } from '../../domain/consultation/events.js';
import type { Caller } from '../ports/identity.js';

/** A person in a room is a side and an id: a patient, a doctor and an administrator may share an id. */
interface Present {
  readonly userId: string;
  /** null for who speaks as nobody. */
  readonly sender: Sender | null;
}

export function isSamePerson(one: Present, other: Present): boolean {
  return one.userId === other.userId && one.sender === other.sender;
}

/** Those for whom nobody vouches are all alike: who they are is for their connections to tell. */
export function isSameCaller(one: Caller, other: Caller): boolean {
  if (one.role === 'anyone' || other.role === 'anyone') return one.role === other.role;
  return one.role === other.role && one.id === other.id;
}

/**
 * The person as text, for a map.
 *
 * @param role or kind, as which they are known there: a word without a colon, or null for who speaks as nobody.
 */
export function personKey(role: string | null, id: string): string {
  return `${role ?? ''}:${id}`;
}
