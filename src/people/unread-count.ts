import type { Announcer } from '../element/announcer.js';
import type { PeopleTexts } from '../texts/people-texts.js';
import { showUnread } from './icon-badge.js';
import { unreadTotal } from './inbox-list.js';
import type { VisitState } from './people-state.js';
import { createUnreadNews } from './unread-news.js';

/**
 * Called after each drawing. Shows on the icon how many messages are unread, and reads new ones out to screen readers.
 *
 * @param visit null while nobody is signed in.
 */
export type TellUnread = (visit: VisitState | null, texts: PeopleTexts) => void;

export function createTellUnread(announcer: Announcer): TellUnread {
  let spoken: PeopleTexts;
  const news = createUnreadNews((count) => announcer.say(spoken.say('unread-count', { count })));
  return (visit, texts) => {
    spoken = texts;
    const { items = [], stage = null } = visit?.inbox ?? {};
    showUnread(unreadTotal(items));
    news(items, stage, visit?.chosen ?? null);
  };
}
