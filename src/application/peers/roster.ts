import { presenceKey } from '../lookup/person.js';
import type { News, PresentPerson } from '../ports/peers.js';

export type RosterPart = Extract<News, { readonly type: 'roster' }>;

/** People in one part of a roster. */
export const MAX_PEOPLE_IN_PART = 200;
/** Characters of ids in one part. A part of this size is small enough for most engines to carry whole. */
export const MAX_ID_CHARACTERS_IN_PART = 3_000;

/** Everybody who is present, in parts. Nobody at all is one part, too. */
export function partsOf(people: Iterable<PresentPerson>): readonly RosterPart[] {
  const parts: PresentPerson[][] = [[]];
  let characters = 0;
  for (const person of people) {
    const more = person.consultationId.length + person.userId.length;
    let last = parts.at(-1) ?? [];
    if (last.length === MAX_PEOPLE_IN_PART || characters + more > MAX_ID_CHARACTERS_IN_PART) {
      last = [];
      characters = 0;
      parts.push(last);
    }
    last.push(person);
    characters += more;
  }
  return parts.map((each, index) => ({
    type: 'roster',
    part: index + 1,
    parts: parts.length,
    people: each,
  }));
}

/** What a roster that is coming in has shown so far. */
export interface RosterReader {
  /** @returns whether the part follows the last one. */
  take(part: RosterPart): boolean;
  /** Those who were thought to be present, and are in no part that has come. */
  missing(): Iterable<PresentPerson>;
}

/** @param known who is thought to be present there as the first part comes. */
export function createRosterReader(known: Iterable<PresentPerson>): RosterReader {
  const missing = new Map<string, PresentPerson>();
  for (const person of known) missing.set(presenceKey(person.consultationId, person), person);
  let last = 0;
  return {
    take: ({ part, people }) => {
      if (part !== last + 1) return false;
      last = part;
      for (const person of people) missing.delete(presenceKey(person.consultationId, person));
      return true;
    },
    missing: () => missing.values(),
  };
}
