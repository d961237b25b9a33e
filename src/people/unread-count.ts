import type { Announcer } from '../element/announcer.js';
import type { PeopleTexts } from '../texts/people-texts.js';
import { showUnread } from './icon-badge.js';
import { unreadTotal } from './inbox-list.js';
import type { VisitState } from './people-state.js';

/**
 * Shows in the title and on the icon how many messages are unread, and reads new ones out to screen readers. The open room
 * reads out its own new messages, and nothing is read out when somebody reads a message.
 *
 * @param visit null while nobody is signed in.
 * @param before the result of the last call.
 * @returns how many are unread elsewhere; negative while that is unknown.
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
