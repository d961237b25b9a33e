import { createFormat, type Format, type Resource, type Told } from './format.js';
import { directionOf, type Language, localeOf } from './languages.js';
import type { MessageArguments, MessageId } from './messages.js';
import { createMoments, type Moments } from './moments.js';
import { isPassing, type Refusal, refusalMessage } from './refusal-ids.js';

/** All sentences, in one language. */
export interface Texts {
  readonly language: Language;
  /** For `Intl`: the language, with the reader's region if the reader has one of this language. */
  readonly locale: string;
  readonly dir: 'ltr' | 'rtl';
  readonly moments: Moments;
  /** The sentence with this id. Numbers are written, and plurals chosen, as the language does it. */
  say<Id extends MessageId>(id: Id, ...told: Told<MessageArguments, Id>): string;
  /** One or two sentences on a refusal, by its code. */
  refusal(refusal: Refusal): string;
  /** `today at 09:00`, `Thursday at 09:00`. It never begins a sentence. The instants are in epoch ms. */
  moment(at: number, now: number): string;
  /** The moments on the clocks of another time zone, an IANA name. */
  momentsIn(timeZone: string): Moments;
  /**
   * The moment on the reader's clocks, and on those of another zone if they show something else. Both have dates if one
   * moment would otherwise be on two days, such as today here and tomorrow there. The instants are in epoch ms.
   *
   * @param timeZone an IANA name; undefined if nobody knows.
   */
  bothMoments(timeZone: string | undefined, at: number, now: number): BothMoments;
  /** The text with its first letter as at the beginning of a line. */
  capitalised(text: string): string;
}

/** `there` is null if it is the same. */
export interface BothMoments {
  readonly here: string;
  readonly there: string | null;
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

/** @throws {Error} for a resource that Fluent cannot read, or a message that does not exist. A test finds both. */
export function createTexts({ language, resource, wanted = [], timeZone }: TextsOptions): Texts {
  const locale = localeOf(language, wanted);
  const dir = directionOf(language);
  const moments = createMoments(locale, timeZone);
  const format: Format<MessageId> = createFormat(resource, { language, locale, dir });

  const elsewhere = new Map<string, Moments>();

  const momentOf = (from: Moments, at: number, now: number, say: 'day' | 'dated' = 'day'): string =>
    format('moment', { day: from[say](at, now), time: from.clock(at) });

  function momentsIn(zone: string): Moments {
    const made = elsewhere.get(zone) ?? createMoments(locale, zone);
    elsewhere.set(zone, made);
    return made;
  }

  return {
    language,
    locale,
    dir,
    moments,
    say: (id, ...told) => format(id, told[0]),
    refusal(refusal) {
      const sentence = format(refusalMessage(refusal) as MessageId);
      return isPassing(refusal) ? `${sentence} ${retrySentence(format, refusal)}` : sentence;
    },
    moment: (at, now) => momentOf(moments, at, now),
    momentsIn,
    bothMoments(zone, at, now) {
      const other = zone === undefined ? moments : momentsIn(zone);
      const say = moments.day(at, now) === other.day(at, now) ? 'day' : 'dated';
      const [here, there] = [momentOf(moments, at, now, say), momentOf(other, at, now, say)];
      return { here, there: here === there ? null : there };
    },
    capitalised: (text) => text.replace(/^\p{L}/u, (letter) => letter.toLocaleUpperCase(locale)),
  };
}

function retrySentence(format: Format<MessageId>, { retryAfterMs }: Refusal): string {
  if (retryAfterMs === undefined) return format('retry-soon');
  return format('retry-in', { seconds: Math.max(1, Math.ceil(retryAfterMs / 1000)) });
}
