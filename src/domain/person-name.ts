import { type InvalidField, invalidField } from './decision.js';
import { isBlank } from './visible-text.js';

/** The longest name, in UTF-16 units after trimming. */
export const MAX_NAME_LENGTH = 200;

/**
 * Checks a name and gives it in the form in which it is stored: trimmed. It has 1 to 200 characters, at least one of
 * which shows something, and neither control characters nor lone surrogates.
 */
export function checkName(name: string): InvalidField | { readonly code: 'ok'; readonly name: string } {
  const trimmed = name.trim();
  if (isBlank(trimmed)) return invalidField('name', 'must not be empty');
  if (trimmed.length > MAX_NAME_LENGTH) {
    return invalidField('name', `must have at most ${MAX_NAME_LENGTH} characters`);
  }
  if (/\p{Cc}/u.test(trimmed)) return invalidField('name', 'must not hold control characters');
  if (/\p{Surrogate}/u.test(trimmed)) return invalidField('name', 'must be well-formed Unicode text');
  return { code: 'ok', name: trimmed };
}
