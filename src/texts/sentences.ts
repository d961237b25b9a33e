/**
 * Sentences as browsers get them, so that no browser has to read Fluent's syntax. `{$name}` stands for a variable. A
 * list holds parts, and those that are no texts depend on a number.
 */
export type Sentences = Readonly<Record<string, Sentence>>;
export type Sentence = string | readonly (string | Plural)[];

/** The sentences for the number `by`, under the number itself or its plural category. `other` is for all the rest. */
export interface Plural {
  readonly by: string;
  readonly say: Readonly<Record<string, Sentence>> & { readonly other: Sentence };
}

/** The variables of a sentence. Numbers are written as the language writes them. */
export type Told = Readonly<Record<string, string | number>>;

const VARIABLE = /\{\$([\w-]+)\}/g;

/** @param locale for `Intl`. */
export function createSentenceFormat(locale: string): (sentence: Sentence, told: Told) => string {
  let numbers: Intl.NumberFormat | undefined;
  let plurals: Intl.PluralRules | undefined;

  function written(value: string | number): string {
    if (typeof value === 'string') return value;
    numbers ??= new Intl.NumberFormat(locale);
    return numbers.format(value);
  }

  function said({ by, say }: Plural, told: Told): string {
    plurals ??= new Intl.PluralRules(locale);
    const number = Number(told[by]);
    return format(say[number] ?? say[plurals.select(number)] ?? say.other, told);
  }

  function format(sentence: Sentence, told: Told): string {
    if (typeof sentence !== 'string')
      return sentence
        .map((part) => (typeof part === 'string' ? format(part, told) : said(part, told)))
        .join('');
    return sentence.replace(VARIABLE, (whole, name: string) => written(told[name] ?? whole));
  }
  return format;
}
