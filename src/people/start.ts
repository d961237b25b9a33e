/**
 * The first script of the page: a small one, which does what need not wait for the others. They find here what it has,
 * instead of a copy of their own: the build has them import this file for each of these modules.
 */
import { localeOf, negotiateLanguage } from '../texts/languages.js';
import { askFirstQuestions, wantedLanguages } from './first-questions.js';

export * from '../room/attempt.js';
export * from '../texts/languages.js';
export * from './address.js';
export * from './early-answers.js';
export * from './first-questions.js';
export * from './kept.js';
export * from './page-settings.js';
export * from './take-token.js';

export const earlyAnswers = askFirstQuestions();

/**
 * The first formatters of a language take a slow phone a twentieth of a second, and later ones next to nothing. Here there is
 * time for it: nothing else is to be done before the next script is there.
 */
function warmUpFormatters(): void {
  const wanted = wantedLanguages();
  const locale = localeOf(negotiateLanguage(wanted), wanted);
  new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }).format();
  new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(0, 'day');
}
warmUpFormatters();
