import type { Announcer } from '../element/announcer.js';
import type { PeopleTexts } from '../texts/people-texts.js';
import { showUnread } from './icon-badge.js';
import { type InboxState, unreadTotal } from './inbox-list.js';

/**
 * Tells how many messages are unread: in the title and on the icon, and to those who hear the page.
 *
 * @param inbox null while nobody is signed in.
 * @param told how many were told before.
 * @returns how many are told now.
 */
export function tellUnread(
  inbox: InboxState | null,
  told: number,
  texts: PeopleTexts,
  announcer: Announcer,
): number {
  const count = inbox === null ? 0 : unreadTotal(inbox.items);
  showUnread(count, texts.say('app-name'));
  if (count !== told && inbox?.stage === 'live')
    announcer.say(count === 0 ? texts.say('unread-none') : texts.say('unread-count', { count }));
  return count;
}
