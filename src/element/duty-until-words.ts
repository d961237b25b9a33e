import { zoneWords } from '../texts/moments.js';
import type { Texts } from '../texts/texts.js';

const MINUTE_MS = 60_000;

/**
 * Says `until 17:00`, with the day if that is not today. If the clocks of the schedule show another time, it says that
 * as well.
 *
 * @param end the instant at which the duty is over, in epoch ms.
 * @param timeZone the time zone of the schedule; undefined if it is not known.
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
