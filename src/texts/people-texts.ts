import { createFormat, type Resource, type Told } from './format.js';
import type { Language } from './languages.js';
import { loadPeopleResource } from './load-people-resource.js';
import { englishTexts, loadTexts } from './load-texts.js';
import en from './people-en.ftl';
import type { PeopleMessageArguments, PeopleMessageId } from './people-messages.js';
import type { Texts } from './texts.js';

/** The sentences of the page around the room, and those of the room. */
export interface PeopleTexts {
  readonly room: Texts;
  say<Id extends PeopleMessageId>(id: Id, ...told: Told<PeopleMessageArguments, Id>): string;
}

/** Returns at once the texts that serve until another language has come. */
export function englishPeopleTexts(wanted: readonly string[] = []): PeopleTexts {
  return createPeopleTexts(englishTexts(wanted), en);
}

/** @throws {TypeError} if a file cannot be loaded; the next call tries again. */
export async function loadPeopleTexts(language: Language, wanted: readonly string[]): Promise<PeopleTexts> {
  if (language === 'en') return englishPeopleTexts(wanted);
  const [room, own] = await Promise.all([loadTexts(language, wanted), loadPeopleResource(language)]);
  return createPeopleTexts(room, own.default);
}

/** @throws {Error} for a resource that Fluent cannot read, or a message that does not exist. A test finds both. */
function createPeopleTexts(room: Texts, resource: Resource): PeopleTexts {
  const format = createFormat(resource, room);
  return { room, say: (id, ...told) => format(id, told[0]) };
}
