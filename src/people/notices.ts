import { keptForBrowser } from './kept.js';
import { loadLater } from './later.js';

export type NoticeWay = 'sound' | 'desktop';

/** Tells of news in the ways that somebody has chosen; in none before that. */
export interface Notices {
  isOn(way: NoticeWay): boolean;
  /** Whether the browser forbids notifications, so that it takes its settings to have them. */
  readonly isBlocked: boolean;
  /** Asks the browser where it has to be asked. */
  choose(way: NoticeWay, isOn: boolean): Promise<void>;
  /** @param sentence without anything that was said, and without anybody's name: others see screens, too. */
  tell(sentence: string): Promise<void>;
}

/** Many messages at once are one sound (ms). */
const QUIET_MS = 2_000;

/** @param opened called when somebody clicks on a notification. */
export function createNotices(opened: () => void): Notices {
  let lastAt = 0;
  let sound: Promise<() => void> | null = null;
  const isOn = (way: NoticeWay): boolean => keptForBrowser.read(`notice-${way}`) === 'on';
  const permission = (): NotificationPermission =>
    typeof Notification === 'undefined' ? 'denied' : Notification.permission;

  /** What makes the sound comes for those who want one; where it does not come, it is quiet until the next time. */
  function loadSound(): Promise<() => void> {
    sound ??= loadLater('people-sound', () => import('./sound.js')).then(
      ({ play }) => play,
      () => {
        sound = null;
        return () => undefined;
      },
    );
    return sound;
  }
  if (isOn('sound')) void loadSound();

  return {
    isOn: (way) => isOn(way) && (way === 'sound' || permission() === 'granted'),
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
      if (on && way === 'sound') (await loadSound())();
    },
    async tell(sentence) {
      if (isOn('sound') && Date.now() - lastAt >= QUIET_MS) {
        lastAt = Date.now();
        (await loadSound())();
      }
      if (!isOn('desktop') || permission() !== 'granted') return;
      // The tag makes a later notice take the place of an earlier one.
      const notification = new Notification(sentence, { tag: 'consultation-chat' });
      notification.onclick = () => {
        window.focus();
        notification.close();
        opened();
      };
    },
  };
}
