/**
 * The first script of the page: a small one, which does what need not wait for the others. They find here what it has,
 * instead of a copy of their own: the build has them import this file for each of these modules.
 */
import { askFirstQuestions } from './first-questions.js';

export * from '../room/attempt.js';
export * from '../texts/languages.js';
export * from './address.js';
export * from './early-answers.js';
export * from './first-questions.js';
export * from './kept.js';
export * from './page-settings.js';
export * from './take-token.js';

export const earlyAnswers = askFirstQuestions();
