import { personKey } from '../lookup/person.js';
import type { Reader } from '../ports/access-log.js';

/**
 * The people for whom the access log gets an entry, each once. If there are none, a single null stands for an entry
 * about nobody.
 */
export function distinctSubjects(people: readonly Reader[]): readonly (Reader | null)[] {
  const distinct = new Map(people.map((person) => [personKey(person.kind, person.id), person]));
  return distinct.size === 0 ? [null] : [...distinct.values()];
}
