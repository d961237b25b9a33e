import { keptForBrowser } from './kept.js';

export type NoticeWay = 'sound' | 'desktop';

/** Tells of news in the ways that somebody has chosen; in none before that. */
export interface Notices {
  isOn(way: NoticeWay): boolean;
  /** Whether the browser forbids notifications, so that it takes its settings to have them. */
  readonly isBlocked: boolean;
  /** Asks the browser where it has to be asked. */
  choose(way: NoticeWay, isOn: boolean): Promise<void>;
  /** @param sentence without anything that was said, and without anybody's name: others see screens, too. */
  tell(sentence: string): void;
}

/** Many messages at once are one sound (ms). */
const QUIET_MS = 2_000;
const TONES_HZ = [660, 880];
const TONE_S = 0.14;

/** @param opened called when somebody clicks on a notification. */
export function createNotices(opened: () => void): Notices {
  let lastAt = 0;
  const isOn = (way: NoticeWay): boolean => keptForBrowser.read(`notice-${way}`) === 'on';
  const permission = (): NotificationPermission =>
    typeof Notification === 'undefined' ? 'denied' : Notification.permission;

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
      if (on && way === 'sound') play();
    },
    tell(sentence) {
      if (isOn('sound') && Date.now() - lastAt >= QUIET_MS) {
        lastAt = Date.now();
        play();
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

/** Two soft tones. A browser that forbids sound before somebody has touched the page stays quiet. */
function play(): void {
  try {
    const audio = new AudioContext();
    const loudness = audio.createGain();
    loudness.connect(audio.destination);
    const end = audio.currentTime + TONES_HZ.length * TONE_S;
    loudness.gain.setValueAtTime(0.12, audio.currentTime);
    loudness.gain.exponentialRampToValueAtTime(0.001, end);
    TONES_HZ.forEach((frequency, index) => {
      const tone = audio.createOscillator();
      tone.frequency.value = frequency;
      tone.connect(loudness);
      tone.start(audio.currentTime + index * TONE_S);
      tone.stop(audio.currentTime + (index + 1) * TONE_S);
      if (index === TONES_HZ.length - 1) tone.onended = () => void audio.close();
    });
  } catch {
    // There is no sound on this device.
  }
}
