import { isolated } from './isolation.js';
import type { Language } from './languages.js';
import { readResource } from './read-resource.js';
import { createSentenceFormat, type Sentences } from './sentences.js';

/** The arguments of a message: none, or its variables. */
export type Told<Arguments, Id extends keyof Arguments> = Arguments[Id] extends undefined
  ? []
  : [Arguments[Id]];

/** Writes the message with this id and its variables. @throws {Error} if it does not exist, which a test finds. */
export type Format<Id extends string> = (id: Id, told?: Readonly<Record<string, string | number>>) => string;

/** The text of a resource of Fluent, or its sentences if the build has read it. */
export type Resource = string | Sentences;

/** The language of a resource, and the way in which its reader writes. */
export interface FormatOptions {
  readonly language: Language;
  /** For `Intl`. */
  readonly locale: string;
  readonly dir: 'ltr' | 'rtl';
}

/** @throws {Error} for a resource that cannot be read, which a test finds. */
export function createFormat(resource: Resource, { language, locale, dir }: FormatOptions): Format<string> {
  const sentences = typeof resource === 'string' ? readResource(resource) : resource;
  const format = createSentenceFormat(locale);
  return (id, told = {}) => {
    // A refusal may have a code that only a newer server knows.
    const sentence = sentences[id] ?? (/^error-/.test(id) ? sentences['error-unknown'] : undefined);
    if (sentence === undefined) throw new Error(`${language} has no message ${id}.`);
    const args = Object.entries(told).map(([name, value]) => [
      name,
      typeof value === 'string' ? isolated(value, dir) : value,
    ]);
    return format(sentence, Object.fromEntries(args));
  };
}
