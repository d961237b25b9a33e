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
    const response = await fetch(addressFor(server), { credentials: 'same-origin' });
    const { emergency } = (await response.json()) as PeopleSettings;
    return (language) => emergency[primaryLanguageOf(language)] ?? emergency['*'] ?? null;
  } catch {
    return () => null;
  }
}

/** Beside the element where the server gave it out, under whatever path; else at the root of the server. */
function addressFor(server: string): URL {
  const own: string | undefined = import.meta.url;
  if (own !== undefined && new URL(own).pathname.endsWith('/element.js')) return new URL('people.json', own);
  return new URL('people.json', server.endsWith('/') ? server : `${server}/`);
}
