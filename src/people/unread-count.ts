import type { Announcer } from '../element/announcer.js';
import type { PeopleTexts } from '../texts/people-texts.js';
import { showUnread } from './icon-badge.js';
import { unreadTotal } from './inbox-list.js';
import type { VisitState } from './people-state.js';

/**
 * Shows how many messages are unread, in the title and on the icon, and tells those who hear the page when they come. What
 * is new in the room that is open is told by the room, and nobody is told of each message that they read.
 *
 * @param visit null while nobody is signed in.
 * @param before what this returned the last time.
 * @returns how many are unread elsewhere; less than none while nobody knows.
 */
export function tellUnread(
  visit: VisitState | null,
  before: number,
  texts: PeopleTexts,
  announcer: Announcer,
): number {
  const { items = [], stage = null } = visit?.inbox ?? {};
  const count = unreadTotal(items);
  showUnread(count, texts.say('app-name'));
  if (stage !== 'live') return stage === null ? -1 : before;
  const elsewhere = unreadTotal(items, visit?.chosen);
  if (count > 0 && elsewhere > before) announcer.say(texts.say('unread-count', { count }));
  return elsewhere;
}
