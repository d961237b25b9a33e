/** The languages that there are resources for; the first one is in the bundle, and stands in where none is asked for. */
export const LANGUAGES = ['en', 'de', 'fr', 'es', 'ar', 'pt'] as const;
export type Language = (typeof LANGUAGES)[number];

const RIGHT_TO_LEFT: readonly Language[] = ['ar'];

/**
 * The first of the wanted languages, best first, that there is: `de-AT` is served by `de`.
 *
 * @param wanted language tags, such as `navigator.languages`; what is none is passed over.
 */
export function negotiateLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const primary = primaryLanguageOf(tag);
    const found = LANGUAGES.find((language) => language === primary);
    if (found !== undefined) return found;
  }
  return LANGUAGES[0];
}

/** The reader's own tag of the language where there is one (`en-US`, `pt-BR`), so that dates look as the reader has them. */
export function localeOf(language: Language, wanted: readonly string[]): string {
  const own = wanted.filter((tag) => isLanguageTag(tag) && primaryLanguageOf(tag) === language);
  // A page that only says `en` knows less of its reader than a browser that says `en-GB`.
  return own.find((tag) => tag.includes('-')) ?? own[0] ?? language;
}

export function directionOf(language: Language): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.includes(language) ? 'rtl' : 'ltr';
}

/** `de` of `de-AT`. */
export const primaryLanguageOf = (tag: string): string => tag.split(/[-_]/, 1)[0]?.toLowerCase() ?? '';

/** A browser in the POSIX locale calls its language `en-US@posix`, which its own formatters refuse. */
function isLanguageTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}
