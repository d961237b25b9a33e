import type { PresentPerson } from '../protocol/wire.js';

/** A patient and a doctor may share an id, and each may share it with an administrator, who speaks as neither. */
export function isSamePerson(one: PresentPerson, other: PresentPerson): boolean {
  return one.userId === other.userId && one.sender === other.sender;
}

/** The person as text, to be the key of a map. No sender has a colon in its name. */
export function personKey({ userId, sender }: PresentPerson): string {
  return `${sender ?? ''}:${userId}`;
}
