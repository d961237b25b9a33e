import { primaryLanguageOf } from '../texts/languages.js';
import { settingsAt } from './server-address.js';

/** `people.json`: what the server tells every page. */
interface PeopleSettings {
  /** By language, with `*` for all others; empty if the server has no sentence of its own. */
  readonly emergency: Readonly<Record<string, string>>;
}

/**
 * Loads the sentences for emergencies that the server has.
 *
 * @returns a function from a language to its sentence. It returns null if the server has none, or cannot be asked; then
 *   the texts have one.
 */
export async function loadEmergencyText(server: string): Promise<(language: string) => string | null> {
  try {
    const response = await fetch(settingsAt(server), { credentials: 'same-origin' });
    const { emergency } = (await response.json()) as PeopleSettings;
    return (language) => emergency[primaryLanguageOf(language)] ?? emergency['*'] ?? null;
  } catch {
    return () => null;
  }
}
