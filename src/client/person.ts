import type { PresentPerson } from '../protocol/wire.js';

/** A patient, a doctor and an administrator may share an id. The administrator's `sender` is null. */
export function isSamePerson(one: PresentPerson, other: PresentPerson): boolean {
  return one.userId === other.userId && one.sender === other.sender;
}

/** The key of a person in a map. No sender has a colon in its name. */
export function personKey({ userId, sender }: PresentPerson): string {
  return `${sender ?? ''}:${userId}`;
}
