import type { PeopleTexts } from '../texts/people-texts.js';
import { keptForBrowser } from './kept.js';
import { type ListChange, newsIn, readIn } from './news.js';
import type { NoticeToShow } from './notice-messages.js';
import { createNotifications, type WhyNot } from './notifications.js';
import { play } from './sound.js';

export type NoticeWay = 'sound' | 'desktop';

/** Tells of news in the ways that somebody has chosen. Until they choose one, it tells nothing. */
export interface Notices {
  isOn(way: NoticeWay): boolean;
  /** Why the browser shows no notifications here; null if it shows them, as far as that is known. */
  readonly whyNot: WhyNot | null;
  /** Asks the browser if necessary, and tries the way once, because one that fails now would fail later as well. */
  choose(way: NoticeWay, isOn: boolean, texts: PeopleTexts): Promise<void>;
  /** Tells of news without content and without names, because other people may see the screen. */
  tell(change: ListChange, texts: PeopleTexts): void;
  /** Takes away the notification of a conversation that somebody is looking at. @param consultationId null for none. */
  looksAt(consultationId: string | null): void;
}

/** Messages within this time (ms) make a single sound. */
const QUIET_MS = 2_000;
/** At most so many conversations are told of at once, as after a time without a connection. The list shows the others. */
const MAX_TOLD_AT_ONCE = 3;

const tagOf = (consultationId: string | null): string => `consultation-chat:${consultationId ?? ''}`;

/**
 * @param base the path below which the chat is served.
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
