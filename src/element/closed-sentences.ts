import type { ClosedReason } from '../room/closed-reason.js';
import { zoneWords } from '../texts/moments.js';
import type { Texts } from '../texts/texts.js';

/** The reason in plain words, its title first. */
export function closedSentences(
  reason: ClosedReason,
  texts: Texts,
  now: number,
  { isDoctor, doctorName }: { readonly isDoctor: boolean; readonly doctorName: string },
): readonly string[] {
  switch (reason.kind) {
    case 'ended':
      return [texts.say('closed-ended-title'), texts.say('closed-ended-text')];
    case 'expired': {
      const moment = texts.moment(reason.at, now);
      return [texts.say('closed-expired-title'), texts.say('closed-expired-text', { moment })];
    }
    case 'off-duty': {
      const title = isDoctor
        ? texts.say('closed-off-duty-own-title')
        : texts.say('closed-off-duty-title', { name: doctorName });
      return [title, ...openingSentences(reason, texts, now, doctorName)];
    }
  }
}

/** Never promises an opening that the consultation does not live to see. */
function openingSentences(
  { nextOpeningAt, timeZone, runsOutAt }: Extract<ClosedReason, { kind: 'off-duty' }>,
  texts: Texts,
  now: number,
  name: string,
): readonly string[] {
  if (nextOpeningAt === null) return [texts.say('no-opening')];
  const here = texts.moment(nextOpeningAt, now);
  const there = timeZone === undefined ? here : texts.momentIn(timeZone, nextOpeningAt, now);
  const zone = zoneWords(timeZone ?? '');
  const also = there === here ? [] : [texts.say('next-opening-there', { name, moment: there, zone })];
  if (runsOutAt === null) return [texts.say('next-opening', { moment: here }), ...also];
  return [
    texts.say('duty-back-later', { moment: here }),
    ...also,
    texts.say('runs-out-before', { moment: texts.moment(runsOutAt, now) }),
  ];
}
