/**
 * Sentences as browsers get them, so that no browser has to read Fluent's syntax. `{$name}` stands for a variable; a list
 * holds parts, of which those that are no text depend on a number.
 */
export type Sentences = Readonly<Record<string, Sentence>>;
export type Sentence = string | readonly (string | Plural)[];

/** What is said for a number `by`: for this very one, or for its plural category; `other` for all that is left. */
export interface Plural {
  readonly by: string;
  readonly say: Readonly<Record<string, Sentence>> & { readonly other: Sentence };
}

/** What a sentence is told; numbers are written as the language has them. */
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
