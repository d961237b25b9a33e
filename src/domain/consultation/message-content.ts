import { type InvalidField, invalidField } from '../decision.js';
import { isBlank } from '../visible-text.js';

/** The longest content, in Unicode code points after trimming, so that an emoji is one character. */
export const MAX_CONTENT_CHARACTERS = 4_000;

/**
 * Checks content and gives it in the form in which it is stored: trimmed, and otherwise byte for byte. It must show
 * something. A NUL and a lone surrogate are refused, because neither survives in UTF-8 text.
 */
export function checkContent(
  content: string,
): InvalidField | { readonly code: 'ok'; readonly content: string } {
  const trimmed = content.trim();
  if (isBlank(trimmed)) return invalidField('content', 'must not be empty');
  if (trimmed.length > MAX_CONTENT_CHARACTERS && countCharacters(trimmed) > MAX_CONTENT_CHARACTERS) {
    return invalidField('content', `must have at most ${MAX_CONTENT_CHARACTERS} characters`);
  }
  if (trimmed.includes('\0')) return invalidField('content', 'must not hold the NUL character');
  if (!isWellFormed(trimmed)) return invalidField('content', 'must be well-formed Unicode text');
  return { code: 'ok', content: trimmed };
}

function countCharacters(text: string): number {
  // A text with more than twice as many UTF-16 units is too long in any case, so that counting is bounded.
  if (text.length > 2 * MAX_CONTENT_CHARACTERS) return text.length;
  let characters = 0;
  for (const _ of text) characters += 1;
  return characters;
}

const LONE_SURROGATE = /\p{Surrogate}/u;

function isWellFormed(text: string): boolean {
  return !LONE_SURROGATE.test(text);
}
