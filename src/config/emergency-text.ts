import { z } from 'zod';

/** The longest sentence, in characters, because pages show it above every conversation. */
const MAX_LENGTH = 500;
const LANGUAGE = /^([a-z]{2,3}|\*)$/;

const MUST_BE =
  'must be a sentence, or JSON like {"en":"…","de":"…","*":"…"} with one for each language and * for all others';

/**
 * What people are told to do in an emergency, by language; `*` stands for all languages that are not listed. Empty if
 * nothing is set.
 */
export type EmergencyText = Readonly<Record<string, string>>;

export const emergencyText = z
  .string()
  .transform((text, context): EmergencyText => {
    const sentences = text.trimStart().startsWith('{') ? parsed(text) : { '*': text.trim() };
    const isRight =
      sentences !== null &&
      Object.entries(sentences).every(
        ([language, sentence]) =>
          LANGUAGE.test(language) &&
          typeof sentence === 'string' &&
          sentence.trim() !== '' &&
          sentence.length <= MAX_LENGTH,
      );
    if (isRight) return sentences as EmergencyText;
    context.addIssue(`${MUST_BE}, of at most ${MAX_LENGTH} characters each`);
    return z.NEVER;
  })
  .optional();

function parsed(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
