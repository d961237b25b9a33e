import { localeOf, negotiateLanguage } from '../texts/languages.js';
import { englishTexts, loadTexts } from '../texts/load-texts.js';
import type { Texts } from '../texts/texts.js';
import { loadEmergencyText } from './emergency-text.js';
import { languageAround } from './page-language.js';
import type { RoomHost } from './room-host.js';

/** The texts of an element, in the language that its page or its reader wants. */
export interface ElementTexts {
  readonly texts: Texts;
  /** The text for emergencies. It is empty until it is known, so that nobody sees one sentence replaced by another. */
  readonly emergency: string;
  /** Called when another language may be wanted. Texts that could not be loaded are asked for again. */
  speak(): Promise<void>;
  /** @param server the address of the chat's pages. */
  askForEmergencyText(server: string): void;
}

export function createElementTexts(element: HTMLElement & RoomHost): ElementTexts {
  let texts = englishTexts();
  let emergencyOf: ((language: string) => string | null) | null = null;
  let asked = '';
  /** The number of the last request for a language. Answers to earlier requests come too late and are ignored. */
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
