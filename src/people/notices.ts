import { attempt } from '../room/attempt.js';
import type { PeopleTexts } from '../texts/people-texts.js';
import { keptForBrowser } from './kept.js';
import { type ListChange, newsIn } from './news.js';
import { play } from './sound.js';

export type NoticeWay = 'sound' | 'desktop';

/** Tells of news in the ways that somebody has chosen; in none before that. */
export interface Notices {
  isOn(way: NoticeWay): boolean;
  /** Whether the browser forbids notifications, so that it takes its settings to have them. */
  readonly isBlocked: boolean;
  /** Asks the browser where it has to be asked. */
  choose(way: NoticeWay, isOn: boolean): Promise<void>;
  /** Without anything that was said, and without anybody's name: others see screens, too. */
  tell(change: ListChange, texts: PeopleTexts): void;
}

/** Many messages at once are one sound (ms). */
const QUIET_MS = 2_000;
/** Conversations that are told of at once, after a time without a connection perhaps; the list shows the others. */
const MAX_TOLD_AT_ONCE = 3;

/** @param opened called when somebody clicks on the notification of a conversation. */
export function createNotices(opened: (consultationId: string) => unknown): Notices {
  let lastAt = 0;
  const permission = (): NotificationPermission =>
    typeof Notification === 'undefined' ? 'denied' : Notification.permission;
  const isOn = (way: NoticeWay): boolean =>
    keptForBrowser.read(`notice-${way}`) === 'on' && (way === 'sound' || permission() === 'granted');

  function show(sentence: string, consultationId: string): void {
    // The tag makes a later notice take the place of an earlier one of the same conversation.
    const notification = new Notification(sentence, { tag: `consultation-chat:${consultationId}` });
    notification.onclick = () => {
      window.focus();
      notification.close();
      opened(consultationId);
    };
  }

  return {
    isOn,
    get isBlocked() {
      return permission() === 'denied';
    },
    async choose(way, on) {
      const isAllowed =
        way === 'sound' ||
        !on ||
        permission() === 'granted' ||
        (await Notification.requestPermission()) === 'granted';
      keptForBrowser.write(`notice-${way}`, on && isAllowed ? 'on' : null);
      if (on && way === 'sound') play();
    },
    tell(change, texts) {
      const news = newsIn(change);
      if (news.length === 0) return;
      if (isOn('sound') && Date.now() - lastAt >= QUIET_MS) {
        lastAt = Date.now();
        play();
      }
      // Some phones have notifications only for pages that are installed, and throw.
      for (const { consultationId, kind } of isOn('desktop') ? news.slice(0, MAX_TOLD_AT_ONCE) : [])
        attempt(() => show(texts.say(`news-${kind}`), consultationId));
    },
  };
}
