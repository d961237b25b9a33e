import { zoneWords } from '../texts/moments.js';
import type { Texts } from '../texts/texts.js';

const MINUTE_MS = 60_000;

/**
 * `until 17:00`, or with the day where that is another one than today; and on the clocks of the schedule where they show
 * something else.
 *
 * @param end of the duty, and no longer of it; epoch ms.
 * @param timeZone of the schedule; undefined where nobody knows.
 */
export function dutyUntilWords(texts: Texts, end: number, now: number, timeZone: string | undefined): string {
  // The last minute belongs to the duty: what ends at 17:01 is said to end at 17:00.
  const until = end - MINUTE_MS;
  const { moments } = texts;
  const scheduled = timeZone === undefined ? moments : texts.momentsIn(timeZone);
  const isToday = [moments, scheduled].every(({ dayKey }) => dayKey(until) === dayKey(now));
  const { here, there } = texts.bothMoments(timeZone, until, now);
  const words = isToday
    ? texts.say('duty-until', { time: moments.clock(until) })
    : texts.say('duty-until-day', { moment: here });
  if (there === null) return words;
  const moment = isToday ? scheduled.clock(until) : there;
  return `${words} ${texts.say('duty-there', { moment, zone: zoneWords(timeZone ?? '') })}`;
}
