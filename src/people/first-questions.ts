import { type Language, negotiateLanguage } from '../texts/languages.js';
import { consultationInAddress } from './address.js';
import { askEarly, type EarlyAnswers } from './early-answers.js';
import { keptForBrowser, keptForTab } from './kept.js';
import { type PageSettings, readPageSettings } from './page-settings.js';
import { takeTokenFromAddress } from './take-token.js';

/** How many messages a room begins with. */
const FIRST_MESSAGES = 60;

/** The paths below `/api/v1/` of a consultation and its last messages. */
export function pathsOfRoom(consultationId: string): readonly [consultation: string, messages: string] {
  const path = `consultations/${encodeURIComponent(consultationId)}`;
  return [path, `${path}/messages?limit=${FIRST_MESSAGES}`];
}

/** The path below `/api/v1/` that tells whether somebody has several conversations. */
export const PATH_OF_LIST = 'consultations?limit=2';

/** Below this width of the window (CSS px), a list is never beside a room. */
const ROOM_AND_LIST_PX = 768;

/**
 * Takes the token of a link out of the address before anything else happens. Then asks for everything that depends on the
 * token only: who this is, the last messages of the consultation that the address names, whether a list belongs beside it, and the
 * texts of the reader's language.
 */
export function askFirstQuestions(): EarlyAnswers {
  const tokenOfLink = takeTokenFromAddress();
  const settings = readPageSettings();
  if (tokenOfLink !== null) keptForTab.write('token', tokenOfLink);
  preloadTexts(settings, negotiateLanguage(wantedLanguages()));
  const token = keptForTab.read('token');
  // A visitor of the demo has to choose a person first.
  if (token === null && settings.isDemo) return askEarly(settings.base, token, []);
  const consultationId = consultationInAddress(settings.base);
  const paths = consultationId === null ? [] : pathsOfRoom(consultationId);
  const ofList = consultationId === null || innerWidth < ROOM_AND_LIST_PX ? [] : [PATH_OF_LIST];
  return askEarly(settings.base, token, ['me', ...paths, ...ofList]);
}

/** The reader's language tags, best first. */
export function wantedLanguages(): readonly string[] {
  return [keptForBrowser.read('language'), ...navigator.languages].filter((tag) => tag !== null);
}

/** Starts to load the texts of a language. English needs no loading, because the page contains it. */
function preloadTexts({ base }: PageSettings, language: Language): void {
  if (language === 'en') return;
  for (const name of [language, `people-${language}`]) {
    const link = document.createElement('link');
    link.rel = 'modulepreload';
    link.href = `${base}texts/${name}.js`;
    document.head.append(link);
  }
}
