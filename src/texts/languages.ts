/** The languages that have resources. The first one is in the bundle, and serves everybody who asks for no other. */
export const LANGUAGES = ['en', 'de', 'fr', 'es', 'ar', 'pt'] as const;
export type Language = (typeof LANGUAGES)[number];

const RIGHT_TO_LEFT: readonly Language[] = ['ar'];

/**
 * Returns the first of the wanted languages that has resources. `de` serves `de-AT`.
 *
 * @param wanted language tags, the best first, such as `navigator.languages`. Other texts are passed over.
 */
export function negotiateLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const primary = primaryLanguageOf(tag);
    const found = LANGUAGES.find((language) => language === primary);
    if (found !== undefined) return found;
  }
  return LANGUAGES[0];
}

/** Returns the reader's own tag of the language, if any (`en-US`, `pt-BR`), so that dates look as the reader's do. */
export function localeOf(language: Language, wanted: readonly string[]): string {
  const own = wanted.filter((tag) => isLanguageTag(tag) && primaryLanguageOf(tag) === language);
  // A page that only says `en` knows less of its reader than a browser that says `en-GB`.
  return own.find((tag) => tag.includes('-')) ?? own[0] ?? language;
}

export function directionOf(language: Language): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.includes(language) ? 'rtl' : 'ltr';
}

/** Returns `de` for `de-AT`. */
export const primaryLanguageOf = (tag: string): string => tag.split(/[-_]/, 1)[0]?.toLowerCase() ?? '';

/** A browser in the POSIX locale calls its language `en-US@posix`, which its own formatters refuse. */
function isLanguageTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}
