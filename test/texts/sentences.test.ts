import { readFileSync } from 'node:fs';
import { FluentBundle, FluentResource } from '@fluent/bundle';
import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../src/texts/languages.js';
import { readResource } from '../../src/texts/read-resource.js';
import { createSentenceFormat } from '../../src/texts/sentences.js';

const NAMES = ['', 'people-'];
const COUNTS = [0, 1, 2, 3, 5, 11, 21, 100, 1_234_567];

/** Every variable of the text, in every number that a language may count otherwise. */
function toldOf(text: string): Readonly<Record<string, string | number>>[] {
  const names = [...new Set([...text.matchAll(/\$(\w+)/g)].map(([, name = '']) => name))];
  return COUNTS.map((count) => Object.fromEntries(names.map((name) => [name, count])));
}

describe.each(LANGUAGES)('sentences in %s', (language) => {
  it.each(NAMES)('say what Fluent says of the resource %s', (prefix) => {
    const text = readFileSync(new URL(`../../src/texts/${prefix}${language}.ftl`, import.meta.url), 'utf8');
    const bundle = new FluentBundle(language, { useIsolating: false });
    bundle.addResource(new FluentResource(text));
    const format = createSentenceFormat(language);
    const sentences = Object.entries(readResource(text));
    expect(sentences.length).toBeGreaterThan(20);
    for (const [id, sentence] of sentences)
      for (const told of toldOf(text))
        expect(format(sentence, told), id).toBe(
          bundle.formatPattern(bundle.getMessage(id)?.value ?? '', told),
        );
  });
});

describe('a resource', () => {
  it('is refused where it holds what browsers could not say', () => {
    expect(() => readResource('now = { DATETIME($at) }')).toThrow('now holds a func');
    expect(() => readResource('-brand = Chat\nname = { -brand }')).toThrow('name holds a term');
    expect(() => readResource('a = { $n ->\n    [one] one\n   *[many] many\n }')).toThrow('[other]');
    expect(() => readResource('a = A\na = B')).toThrow('a has no text, or two');
  });

  it('puts in what it is told as it is', () => {
    const { hello } = readResource('hello = { $a }, { $b }!');
    const format = createSentenceFormat('en');
    expect(format(hello ?? '', { a: '{$b}', b: '$&' })).toBe('{$b}, $&!');
    expect(format(hello ?? '', { a: 'x' })).toBe('x, {$b}!');
  });
});
