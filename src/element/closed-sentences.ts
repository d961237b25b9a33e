import type { Sender } from '../protocol/wire.js';
import type { ClosedReason } from '../room/closed-reason.js';
import { zoneWords } from '../texts/moments.js';
import type { Texts } from '../texts/texts.js';

/** The reason in plain words, beginning with its title. Patients are also told what they can do. */
export function closedSentences(
  reason: ClosedReason,
  texts: Texts,
  now: number,
  { viewer, doctorName }: { readonly viewer: Sender | null; readonly doctorName: string },
): readonly string[] {
  const whatToDo = viewer === 'user' ? [texts.say('ask-clinic')] : [];
  switch (reason.kind) {
    case 'ended':
      return [texts.say('closed-ended-title'), texts.say('closed-ended-text'), ...whatToDo];
    case 'expired': {
      const moment = texts.moment(reason.at, now);
      return [texts.say('closed-expired-title'), texts.say('closed-expired-text', { moment }), ...whatToDo];
    }
    case 'off-duty': {
      const isDoctor = viewer === 'doctor';
      const title = isDoctor
        ? texts.say('closed-off-duty-own-title')
        : texts.say('closed-off-duty-title', { name: doctorName });
      const opening = openingSentences(reason, texts, now, doctorName);
      if (reason.runsOutAt === null) return [title, ...opening];
      if (!isDoctor) return [title, ...opening, ...whatToDo];
      return [title, ...opening, ...(reason.nextOpeningAt === null ? [] : [texts.say('can-extend')])];
    }
  }
}

/** If the consultation runs out before the next opening, the sentences say so, and do not promise that opening. */
function openingSentences(
  { nextOpeningAt, timeZone, runsOutAt }: Extract<ClosedReason, { kind: 'off-duty' }>,
  texts: Texts,
  now: number,
  name: string,
): readonly string[] {
  if (nextOpeningAt === null) return [texts.say('no-opening')];
  const { here, there } = texts.bothMoments(timeZone, nextOpeningAt, now);
  const zone = zoneWords(timeZone ?? '');
  const also = there === null ? [] : [texts.say('next-opening-there', { name, moment: there, zone })];
  if (runsOutAt === null) return [texts.say('next-opening', { moment: here }), ...also];
  return [
    texts.say('duty-back-later', { moment: here }),
    ...also,
    texts.say('runs-out-before', { moment: texts.moment(runsOutAt, now) }),
  ];
}
