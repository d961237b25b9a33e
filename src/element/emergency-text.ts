import { primaryLanguageOf } from '../texts/languages.js';

/** `people.json`: what the server tells everybody's pages. */
interface PeopleSettings {
  /** By language, `*` for all others; empty where the server has none of its own. */
  readonly emergency: Readonly<Record<string, string>>;
}

/**
 * The sentence for emergencies that the server has for this language.
 *
 * @returns null where it has none, or cannot be asked: then the texts have one.
 */
export async function loadEmergencyText(server: string): Promise<(language: string) => string | null> {
  try {
    const response = await fetch(new URL('people.json', server.endsWith('/') ? server : `${server}/`), {
      credentials: 'omit',
    });
    const { emergency } = (await response.json()) as PeopleSettings;
    return (language) => emergency[primaryLanguageOf(language)] ?? emergency['*'] ?? null;
  } catch {
    return () => null;
  }
}
