import en from './en.ftl';
import type { Language } from './languages.js';
import { loadRoomResource } from './load-room-resource.js';
import { createTexts, type Texts } from './texts.js';

/** Returns at once the texts that serve until another language has come. */
export function englishTexts(wanted: readonly string[] = []): Texts {
  return createTexts({ language: 'en', resource: en, wanted });
}

/**
 * @param wanted the reader's language tags, best first.
 * @throws {TypeError} if the file cannot be loaded; the next call tries again.
 */
export async function loadTexts(language: Language, wanted: readonly string[] = []): Promise<Texts> {
  if (language === 'en') return englishTexts(wanted);
  const { default: resource } = await loadRoomResource(language);
  return createTexts({ language, resource, wanted });
}
