import en from './en.ftl';
import type { Resource } from './format.js';
import type { Language } from './languages.js';
import { createTexts, type Texts } from './texts.js';

/** English comes with the code. Each other language is a small file of its own, which is loaded when it is read. */
export type Loaders = Readonly<
  Record<Exclude<Language, 'en'>, () => Promise<{ readonly default: Resource }>>
>;

const LOADERS: Loaders = {
  de: () => import('./de.ftl'),
  fr: () => import('./fr.ftl'),
  es: () => import('./es.ftl'),
  ar: () => import('./ar.ftl'),
  pt: () => import('./pt.ftl'),
};

/** Returns at once the texts that serve until another language has come. */
export function englishTexts(wanted: readonly string[] = []): Texts {
  return createTexts({ language: 'en', resource: en, wanted });
}

/**
 * @param wanted the reader's language tags, best first.
 * @throws {TypeError} if the file cannot be loaded.
 */
export async function loadTexts(language: Language, wanted: readonly string[] = []): Promise<Texts> {
  if (language === 'en') return englishTexts(wanted);
  const { default: resource } = await LOADERS[language]();
  return createTexts({ language, resource, wanted });
}
