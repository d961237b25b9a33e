import type { PresentPerson } from '../protocol/wire.js';

/** A patient and a doctor may share an id, and so may either with an administrator, who speaks as nobody. */
export function isSamePerson(one: PresentPerson, other: PresentPerson): boolean {
  return one.userId === other.userId && one.sender === other.sender;
}

/** The same as text, for a map. No sender has a colon in its name. */
export function personKey({ userId, sender }: PresentPerson): string {
  return `${sender ?? ''}:${userId}`;
}
