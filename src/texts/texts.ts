import { createFormat, type Format, type Resource, type Told } from './format.js';
import { directionOf, type Language, localeOf } from './languages.js';
import type { MessageArguments, MessageId } from './messages.js';
import { createMoments, type Moments } from './moments.js';
import { isPassing, type Refusal, refusalMessage } from './refusal-ids.js';

/** All sentences, in one language. */
export interface Texts {
  readonly language: Language;
  /** For `Intl`: the language, with the reader's region where the reader has one of this language. */
  readonly locale: string;
  readonly dir: 'ltr' | 'rtl';
  readonly moments: Moments;
  /** The sentence with this id. Numbers are written, and plurals chosen, as the language has them. */
  say<Id extends MessageId>(id: Id, ...told: Told<MessageArguments, Id>): string;
  /** One or two sentences on a refusal, by its code. */
  refusal(refusal: Refusal): string;
  /** `today at 09:00`, `Thursday at 09:00`: never at the beginning of a sentence. Epoch ms. */
  moment(at: number, now: number): string;
  /** The same on the clocks of another time zone. Epoch ms; an IANA name. */
  momentIn(timeZone: string, at: number, now: number): string;
  /** With the first letter as a line begins with it. */
  capitalised(text: string): string;
}

export interface TextsOptions {
  readonly language: Language;
  /** The resource of the language. */
  readonly resource: Resource;
  /** The reader's language tags, best first. */
  readonly wanted?: readonly string[];
  /** An IANA name; the reader's own when left out. */
  readonly timeZone?: string;
}

/** @throws {Error} for a resource that Fluent cannot read, or a message that is not there: a test finds both. */
export function createTexts({ language, resource, wanted = [], timeZone }: TextsOptions): Texts {
  const locale = localeOf(language, wanted);
  const dir = directionOf(language);
  const moments = createMoments(locale, timeZone);
  const format: Format<MessageId> = createFormat(resource, { language, locale, dir });

  const momentOf = (from: Moments, at: number, now: number): string =>
    format('moment', { day: from.day(at, now), time: from.clock(at) });

  return {
    language,
    locale,
    dir,
    moments,
    say: (id, ...told) => format(id, told[0]),
    refusal(refusal) {
      const sentence = format(refusalMessage(refusal));
      return isPassing(refusal) ? `${sentence} ${retrySentence(format, refusal)}` : sentence;
    },
    moment: (at, now) => momentOf(moments, at, now),
    momentIn: (zone, at, now) => momentOf(createMoments(locale, zone), at, now),
    capitalised: (text) => text.replace(/^\p{L}/u, (letter) => letter.toLocaleUpperCase(locale)),
  };
}

function retrySentence(format: Format<MessageId>, { retryAfterMs }: Refusal): string {
  if (retryAfterMs === undefined) return format('retry-soon');
  return format('retry-in', { seconds: Math.max(1, Math.ceil(retryAfterMs / 1000)) });
}
