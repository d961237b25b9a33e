import { createFormat, type Resource, type Told } from './format.js';
import type { Language } from './languages.js';
import { loadPeopleResource } from './load-people-resource.js';
import { englishTexts, loadTexts } from './load-texts.js';
import en from './people-en.ftl';
import type { PeopleMessageArguments, PeopleMessageId } from './people-messages.js';
import type { Texts } from './texts.js';

/** What the page says around the room, and what the room says. */
export interface PeopleTexts {
  readonly room: Texts;
  say<Id extends PeopleMessageId>(id: Id, ...told: Told<PeopleMessageArguments, Id>): string;
}

/** At once: what stands in until another language has come. */
export function englishPeopleTexts(wanted: readonly string[] = []): PeopleTexts {
  return createPeopleTexts(englishTexts(wanted), en);
}

/** @throws {TypeError} where a file cannot be loaded; the next call tries again. */
export async function loadPeopleTexts(language: Language, wanted: readonly string[]): Promise<PeopleTexts> {
  if (language === 'en') return englishPeopleTexts(wanted);
  const [room, own] = await Promise.all([loadTexts(language, wanted), loadPeopleResource(language)]);
  return createPeopleTexts(room, own.default);
}

/** @throws {Error} for a resource that Fluent cannot read, or a message that is not there: a test finds both. */
function createPeopleTexts(room: Texts, resource: Resource): PeopleTexts {
  const format = createFormat(resource, room);
  return { room, say: (id, ...told) => format(id, told[0]) };
}
