import type { Resource } from './format.js';
import type { Language } from './languages.js';

/** English comes with the code; each other language is a small file of its own, asked for when somebody reads it. */
export type OtherLanguage = Exclude<Language, 'en'>;
export type LoadResource = (language: OtherLanguage) => Promise<{ readonly default: Resource }>;

const LOADERS: Readonly<Record<OtherLanguage, () => ReturnType<LoadResource>>> = {
  de: () => import('./de.ftl'),
  fr: () => import('./fr.ftl'),
  es: () => import('./es.ftl'),
  ar: () => import('./ar.ftl'),
  pt: () => import('./pt.ftl'),
};

/** What the room says. Where the server gives the files out itself, there is a stand-in (`scripts/small-parts.mjs`). */
export const loadRoomResource: LoadResource = (language) => LOADERS[language]();
