import type { Announcer } from '../element/announcer.js';
import type { PeopleTexts } from '../texts/people-texts.js';
import { showUnread } from './icon-badge.js';
import { unreadTotal } from './inbox-list.js';
import type { TellUnread } from './people-state.js';
import { createUnreadNews } from './unread-news.js';

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
