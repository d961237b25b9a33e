import type { Sender } from '../protocol/wire.js';
import type { InboxItem } from './inbox-list.js';

/** What is said of conversations that have to be told apart. */
export interface NamesakeWords {
  /** When a conversation was opened, as it is shown. */
  opened(item: InboxItem): string;
  /** Which one it is of several, such as `1 of 2`. */
  oneOf(number: number, count: number): string;
}

/**
 * What tells a conversation apart from others in the list with somebody of the same name: the person's id where another
 * person has the name, and when it was opened where the same person has several; of those for which that is the same, too,
 * which one it is, in the order in which they were opened.
 *
 * @param other whose names these are.
 * @returns nothing where nobody else has the name.
 */
export function tellingApart(
  item: InboxItem,
  items: readonly InboxItem[],
  other: Sender,
  words: NamesakeWords,
): string {
  const { id, name } = item[other];
  const namesakes = items.filter((one) => one[other].name === name);
  const ofPerson = namesakes.filter((one) => one[other].id === id);
  const parts = namesakes.length > ofPerson.length ? [id] : [];
  if (ofPerson.length > 1) {
    const opened = words.opened(item);
    parts.push(opened);
    const alike = ofPerson.filter((one) => words.opened(one) === opened).sort(byOpening);
    if (alike.length > 1) parts.push(words.oneOf(alike.indexOf(item) + 1, alike.length));
  }
  return parts.join(' · ');
}

function byOpening(a: InboxItem, b: InboxItem): number {
  return a.openedAt.localeCompare(b.openedAt) || a.consultationId.localeCompare(b.consultationId);
}
