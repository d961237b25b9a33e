import { localeOf, negotiateLanguage } from '../texts/languages.js';
import { englishTexts, loadTexts } from '../texts/load-texts.js';
import type { Texts } from '../texts/texts.js';
import { loadEmergencyText } from './emergency-text.js';
import { languageAround } from './page-language.js';
import type { RoomHost } from './room-host.js';

/** What an element says, in the language that its page or its reader wants. */
export interface ElementTexts {
  readonly texts: Texts;
  /** Nothing until it is known, so that no sentence is replaced before somebody's eyes. */
  readonly emergency: string;
  /** Another language may be wanted; what could not be loaded is asked for again. */
  speak(): Promise<void>;
  /** @param server where its pages are. */
  askForEmergencyText(server: string): void;
}

export function createElementTexts(element: HTMLElement & RoomHost): ElementTexts {
  let texts = englishTexts();
  let emergencyOf: ((language: string) => string | null) | null = null;
  let asked = '';
  /** The last time that a language was asked for: what comes of an earlier one is late. */
  let last = 0;

  return {
    get texts() {
      return texts;
    },
    get emergency() {
      return emergencyOf === null ? '' : (emergencyOf(texts.language) ?? texts.say('emergency-default'));
    },
    async speak() {
      const wanted = [element.lang, languageAround(element), ...navigator.languages].filter(Boolean);
      const language = negotiateLanguage(wanted);
      last += 1;
      const mine = last;
      if (texts.language === language && texts.locale === localeOf(language, wanted)) return;
      const loaded = await loadTexts(language, wanted).catch(() => null);
      if (mine !== last || (loaded === null && texts.language === 'en')) return;
      texts = loaded ?? englishTexts(wanted);
      element.requestUpdate();
    },
    askForEmergencyText(server) {
      asked = server;
      void loadEmergencyText(server).then((found) => {
        if (server !== asked) return;
        emergencyOf = found;
        element.requestUpdate();
      });
    },
  };
}
