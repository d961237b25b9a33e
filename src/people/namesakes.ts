import type { Sender } from '../protocol/wire.js';
import type { InboxItem } from './inbox-list.js';

/** The words that distinguish conversations. */
export interface NamesakeWords {
  /** Says when a conversation was opened. */
  opened(item: InboxItem): string;
  /** Says which one of several it is, such as `1 of 2`. */
  oneOf(number: number, count: number): string;
}

/**
 * Distinguishes a conversation from others in the list with somebody of the same name. If another person has the name, it
 * gives the person's id. If the same person has several conversations, it says when this one was opened, and if that is the
 * same as well, which one it is in the order of opening.
 *
 * @param other the side whose names these are.
 * @returns nothing if no other conversation has the name.
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
