/**
 * The first script of the page is small, and does everything that need not wait for the others. The build makes the others
 * import these modules from this file, so that they contain no copies of their own.
 */
import { localeOf, negotiateLanguage } from '../texts/languages.js';
import { askFirstQuestions, wantedLanguages } from './first-questions.js';

export * from '../room/attempt.js';
export * from '../room/server-clock.js';
export * from '../texts/languages.js';
export * from './address.js';
export * from './early-answers.js';
export * from './first-questions.js';
export * from './kept.js';
export * from './page-settings.js';
export * from './take-token.js';

export const earlyAnswers = askFirstQuestions();

/**
 * The first formatters of a language take a slow phone a twentieth of a second, and later ones almost nothing. They are made
 * here, because there is nothing else to do until the next script has loaded.
 */
function warmUpFormatters(): void {
  const wanted = wantedLanguages();
  const locale = localeOf(negotiateLanguage(wanted), wanted);
  new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }).format();
  new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(0, 'day');
}
warmUpFormatters();
