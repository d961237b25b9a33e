import { presenceKey } from '../lookup/person.js';
import type { News, PresentPerson } from '../ports/peers.js';

export type RosterPart = Extract<News, { readonly type: 'roster' }>;

/** The most people in one part of a roster. */
export const MAX_PEOPLE_IN_PART = 200;
/** The most characters of ids in one part. Most engines can carry a part of this size as one message. */
export const MAX_ID_CHARACTERS_IN_PART = 3_000;

/** Divides the people who are present into the parts of a roster. If there is nobody, there is one empty part. */
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

/** Reads a roster part by part, as it comes in. */
export interface RosterReader {
  /** @returns whether the part follows the last one. */
  take(part: RosterPart): boolean;
  /** The people who were thought to be present, and are in no part that has come. */
  missing(): Iterable<PresentPerson>;
}

/** @param known the people who are thought to be present there when the first part comes. */
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
