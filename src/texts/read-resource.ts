import { FluentResource } from '@fluent/bundle';
import type { Plural, Sentence, Sentences } from './sentences.js';

type Pattern = NonNullable<FluentResource['body'][number]['value']>;
type Part = Exclude<Pattern, string>[number];

/**
 * Reads a resource of Fluent that uses only variables, and plurals of them. The rest of Fluent would take more code in
 * every browser than all sentences together.
 *
 * @throws {Error} for any other text.
 */
export function readResource(text: string): Sentences {
  const sentences: Record<string, Sentence> = {};
  for (const { id, value } of new FluentResource(text).body) {
    if (value === null || id in sentences) throw new Error(`${id} has no text, or two.`);
    sentences[id] = sentenceOf(id, value);
  }
  return sentences;
}

function sentenceOf(id: string, pattern: Pattern): Sentence {
  if (typeof pattern === 'string') return pattern;
  const parts: (string | Plural)[] = [];
  for (const part of pattern.map((one) => partOf(id, one))) {
    const last = parts.at(-1);
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part;
    else parts.push(part);
  }
  const [only, ...others] = parts;
  return typeof only === 'string' && others.length === 0 ? only : parts;
}

function partOf(id: string, part: Part): string | Plural {
  if (typeof part === 'string') return part;
  if (part.type === 'var') return `{$${part.name}}`;
  if (part.type !== 'select' || part.selector.type !== 'var') throw new Error(`${id} holds a ${part.type}.`);
  const variants = part.variants.map(({ key, value }) => [String(key.value), sentenceOf(id, value)] as const);
  const say = Object.fromEntries(variants);
  if (variants[part.star]?.[0] !== 'other') throw new Error(`${id} does not fall back to [other].`);
  return { by: part.selector.name, say: say as Plural['say'] };
}
