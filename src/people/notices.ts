import type { PeopleTexts } from '../texts/people-texts.js';
import { keptForBrowser } from './kept.js';
import { type ListChange, newsIn, readIn } from './news.js';
import type { NoticeToShow } from './notice-messages.js';
import { createNotifications, type WhyNot } from './notifications.js';
import { play } from './sound.js';

export type NoticeWay = 'sound' | 'desktop';

/** Tells of news in the ways that somebody has chosen; in none before that. */
export interface Notices {
  isOn(way: NoticeWay): boolean;
  /** Why the browser has no notifications here; null where it has them, as far as that is known. */
  readonly whyNot: WhyNot | null;
  /** Asks the browser where it has to be asked, and tries it once: what was not heard or shown would not be later, either. */
  choose(way: NoticeWay, isOn: boolean, texts: PeopleTexts): Promise<void>;
  /** Without anything that was said, and without anybody's name: others see screens, too. */
  tell(change: ListChange, texts: PeopleTexts): void;
  /** What somebody has before their eyes needs no notification any more. @param consultationId null for none. */
  looksAt(consultationId: string | null): void;
}

/** Many messages at once are one sound (ms). */
const QUIET_MS = 2_000;
/** Conversations that are told of at once, after a time without a connection perhaps; the list shows the others. */
const MAX_TOLD_AT_ONCE = 3;

const tagOf = (consultationId: string | null): string => `consultation-chat:${consultationId ?? ''}`;

/**
 * @param base the path that everything of the chat lies below.
 * @param opened called when somebody clicks on the notification of a conversation.
 */
export function createNotices(base: string, opened: (consultationId: string) => unknown): Notices {
  let lastAt = 0;
  let lookedAt: string | null = null;
  const notifications = createNotifications(base, (id) => id !== null && opened(id));
  const isOn = (way: NoticeWay): boolean =>
    keptForBrowser.read(`notice-${way}`) === 'on' && (way === 'sound' || notifications.isAllowed);
  const keep = (way: NoticeWay, on: boolean): void => keptForBrowser.write(`notice-${way}`, on ? 'on' : null);

  function show(title: string, consultationId: string | null, { room }: PeopleTexts): Promise<boolean> {
    const { language: lang, dir } = room;
    const tag = tagOf(consultationId);
    const notice: NoticeToShow = { title, tag, renotify: true, lang, dir, consultationId };
    return notifications.show(notice);
  }

  async function chooseNotifications(on: boolean, texts: PeopleTexts): Promise<void> {
    if (!on) {
      keep('desktop', false);
      return notifications.leave();
    }
    if (!(await notifications.allow())) return;
    if (await show(texts.say('news-trial'), null, texts)) keep('desktop', true);
  }

  return {
    isOn,
    get whyNot() {
      return notifications.whyNot;
    },
    async choose(way, on, texts) {
      if (way === 'desktop') return chooseNotifications(on, texts);
      keep('sound', on);
      if (on) play();
    },
    tell(change, texts) {
      for (const id of readIn(change)) notifications.close(tagOf(id));
      const news = newsIn(change);
      if (news.length === 0) return;
      if (isOn('sound') && Date.now() - lastAt >= QUIET_MS) {
        lastAt = Date.now();
        play();
      }
      for (const { consultationId, kind } of isOn('desktop') ? news.slice(0, MAX_TOLD_AT_ONCE) : [])
        void show(texts.say(`news-${kind}`), consultationId, texts);
    },
    looksAt(consultationId) {
      if (consultationId !== lookedAt && consultationId !== null) notifications.close(tagOf(consultationId));
      lookedAt = consultationId;
    },
  };
}
