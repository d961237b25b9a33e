import { FluentBundle, FluentResource } from '@fluent/bundle';
import { isolated } from './isolation.js';
import type { Language } from './languages.js';
import { englishTexts, loadTexts } from './load-texts.js';
import en from './people-en.ftl';
import type { PeopleMessageArguments, PeopleMessageId } from './people-messages.js';
import type { Texts } from './texts.js';

type Told<Id extends PeopleMessageId> = PeopleMessageArguments[Id] extends undefined
  ? []
  : [PeopleMessageArguments[Id]];

/** What the page says around the room, and what the room says. */
export interface PeopleTexts {
  readonly room: Texts;
  say<Id extends PeopleMessageId>(id: Id, ...told: Told<Id>): string;
}

/** English comes with the code; each other language is a small file of its own, asked for when somebody reads it. */
const LOADERS: Readonly<Record<Exclude<Language, 'en'>, () => Promise<{ readonly default: string }>>> = {
  de: () => import('./people-de.ftl'),
  fr: () => import('./people-fr.ftl'),
  es: () => import('./people-es.ftl'),
  ar: () => import('./people-ar.ftl'),
  pt: () => import('./people-pt.ftl'),
};

/** At once: what stands in until another language has come. */
export function englishPeopleTexts(wanted: readonly string[] = []): PeopleTexts {
  return createPeopleTexts(englishTexts(wanted), en);
}

/** @throws {TypeError} where a file cannot be loaded. */
export async function loadPeopleTexts(language: Language, wanted: readonly string[]): Promise<PeopleTexts> {
  if (language === 'en') return englishPeopleTexts(wanted);
  const [room, own] = await Promise.all([loadTexts(language, wanted), LOADERS[language]()]);
  return createPeopleTexts(room, own.default);
}

/** @throws {Error} for a resource that Fluent cannot read, or a message that is not there: a test finds both. */
function createPeopleTexts(room: Texts, resource: string): PeopleTexts {
  const bundle = new FluentBundle(room.locale, { useIsolating: false });
  const [error] = bundle.addResource(new FluentResource(resource));
  if (error !== undefined) throw error;
  return {
    room,
    say(id, ...told) {
      const pattern = bundle.getMessage(id)?.value;
      if (pattern == null) throw new Error(`${room.language} has no message ${id}.`);
      const args = Object.entries((told[0] ?? {}) as Record<string, string | number>).map(([name, value]) => [
        name,
        typeof value === 'string' ? isolated(value, room.dir) : value,
      ]);
      return bundle.formatPattern(pattern, Object.fromEntries(args));
    },
  };
}
