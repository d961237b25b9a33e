import { readFileSync } from 'node:fs';
import { FluentBundle, FluentResource } from '@fluent/bundle';
import { describe, expect, it } from 'vitest';
import { LANGUAGES, type Language } from '../../src/texts/languages.js';
import { loadPeopleTexts } from '../../src/texts/people-texts.js';

const sourceOf = (name: string): string =>
  readFileSync(new URL(`../../src/texts/${name}`, import.meta.url), 'utf8');
const resourceOf = (language: Language): string => sourceOf(`people-${language}.ftl`);

/** By message: its variables, in the order of the alphabet. */
function variablesOf(source: string): Readonly<Record<string, readonly string[]>> {
  const blocks = source.split(/^(?=[a-z])/m).filter((block) => /^[a-z]/.test(block));
  return Object.fromEntries(
    blocks.map((block) => {
      const id = /^[a-z-]+/.exec(block)?.[0] ?? '';
      const text = block.split('\n\n')[0] ?? '';
      const names = [...text.matchAll(/\$(\w+)/g)].map(([, name]) => name ?? '');
      return [id, [...new Set(names)].sort()] as const;
    }),
  );
}

const english = variablesOf(resourceOf('en'));

describe.each(LANGUAGES)('the texts of the page in %s', (language) => {
  it('are every message with the same variables, and no other', () => {
    const resource = resourceOf(language);
    expect(variablesOf(resource)).toEqual(english);
    const bundle = new FluentBundle(language);
    expect(bundle.addResource(new FluentResource(resource))).toEqual([]);
    for (const id of Object.keys(english)) expect(bundle.getMessage(id)?.value, id).toBeTruthy();
  });

  it('count in every way that the language has', () => {
    const resource = resourceOf(language);
    const rules = new Intl.PluralRules(language);
    // Millions stand in `many` in the Romance languages; none of our numbers gets there.
    const categories = new Set(Array.from({ length: 200 }, (_, count) => rules.select(count)));
    const selections = [...resource.matchAll(/\{ \$count ->([\s\S]*?)\n\s*\}/g)].map(
      ([, cases = '']) => cases,
    );
    expect(selections.length).toBe(3);
    for (const cases of selections)
      for (const category of categories) expect(cases).toMatch(new RegExp(`\\[${category}\\]`));
  });

  it('are loaded, and say names in their own direction', async () => {
    const texts = await loadPeopleTexts(language, [language]);
    expect(texts.say('hours-title', { name: 'Dr. Fischer' })).toContain('Dr. Fischer');
    expect(texts.say('unread-count', { count: 5 })).toMatch(/5|٥/);
  });
});

it('the list of messages is the one of the English resource', () => {
  const lines = [...sourceOf('people-messages.ts').matchAll(/^ {2}'?([a-z-]+)'?: (.+)$/gm)];
  const typed = lines.map(([, id = '', told = '']) => {
    const names = [...told.matchAll(/readonly (\w+):/g)].map(([, name]) => name ?? '');
    return [id, names.sort()] as const;
  });
  expect(Object.fromEntries(typed)).toEqual(english);
});

it.each(LANGUAGES)('a count of several is not broken over lines in %s', async (language) => {
  const { say } = await loadPeopleTexts(language, []);
  expect(say('one-of', { number: 1, count: 2 })).toMatch(/^\D*1\S*\u00A0\S+\u00A0\S*2\D*$/);
});
