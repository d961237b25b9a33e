import { personKey } from '../lookup/person.js';
import type { Reader } from '../ports/access-log.js';

/** Of whom an entry of the access log is made: each of them once; null, for nobody in particular, where there is none. */
export function distinctSubjects(people: readonly Reader[]): readonly (Reader | null)[] {
  const distinct = new Map(people.map((person) => [personKey(person.kind, person.id), person]));
  return distinct.size === 0 ? [null] : [...distinct.values()];
}
