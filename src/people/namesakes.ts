import type { Sender } from '../protocol/wire.js';
import type { InboxItem } from './inbox-list.js';

/**
 * What tells a conversation apart from others in the list with somebody of the same name: the person's id where another
 * person has the name, and when it was opened where the same person has several; its id where that is the same, too.
 *
 * @param other whose names these are.
 * @param openedWords when a conversation was opened, as it is shown.
 * @returns nothing where nobody else has the name.
 */
export function tellingApart(
  item: InboxItem,
  items: readonly InboxItem[],
  other: Sender,
  openedWords: (item: InboxItem) => string,
): string {
  const { id, name } = item[other];
  const namesakes = items.filter((one) => one !== item && one[other].name === name);
  const ofPerson = namesakes.filter((one) => one[other].id === id);
  const opened = openedWords(item);
  const isAlike = ofPerson.some((one) => openedWords(one) === opened);
  return [
    ...(namesakes.length > ofPerson.length ? [id] : []),
    ...(ofPerson.length === 0 ? [] : [isAlike ? item.consultationId : opened]),
  ].join(' · ');
}
