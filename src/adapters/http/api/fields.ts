import { z } from 'zod';
import { ID_PATTERN, MUST_BE_AN_ID } from '../../../application/ports/id-generator.js';
import { MUST_BE_A_PERSON_ID, PERSON_ID_PATTERN } from '../../../application/ports/identity.js';
import { type Instant, isoOf } from '../../../domain/instant.js';
import { must } from '../../edge/must.js';
import { MUST_BE_AN_INSTANT, readInstant } from '../../edge/read-instant.js';
import { documented } from './api-schemas.js';

/** An id that a caller chooses, of anything but a person. */
export const id = (example = 'consultation-7') =>
  documented(z.string({ error: must(MUST_BE_AN_ID) }).regex(ID_PATTERN, { error: must(MUST_BE_AN_ID) }), {
    description: '1 to 64 letters, digits, hyphens or underscores.',
    examples: [example],
  });

/** The id of a patient, a doctor or an administrator, in the form in which the issuer of their tokens writes it. */
export const personId = (example = 'dr-okafor') =>
  documented(
    z
      .string({ error: must(MUST_BE_A_PERSON_ID) })
      .regex(PERSON_ID_PATTERN, { error: must(MUST_BE_A_PERSON_ID) }),
    {
      description: '1 to 128 letters, digits or characters of `. _ - ~ @ | : +`.',
      examples: [example],
    },
  );

/** Checks only the type. The domain checks the content. */
export const text = (documentation: { readonly [keyword: string]: unknown }) =>
  documented(z.string({ error: must('must be text') }), documentation);

const INSTANT = {
  description: 'ISO 8601 with an offset. What is finer than a millisecond is cut off.',
  format: 'date-time',
  examples: ['2026-03-29T07:00:00.000Z'],
};

const toInstant = (text: string, { issues }: { readonly issues: z.core.$ZodRawIssue[] }): Instant => {
  const read = readInstant(text);
  if (typeof read === 'number') return read;
  issues.push({ code: 'custom', input: text, message: read });
  return z.NEVER;
};

/** An instant in a body. */
export const instant = () =>
  documented(z.string({ error: must(MUST_BE_AN_INSTANT) }).transform(toInstant), INSTANT);

/** An instant in a query. A client may have sent the `+` of its offset as a space, so a space counts as `+`. */
export const queryInstant = () =>
  documented(
    z
      .string({ error: must(MUST_BE_AN_INSTANT) })
      .transform((given, context) => toInstant(given.replace(' ', '+'), context)),
    INSTANT,
  );

/** An instant in an answer. */
export const answeredInstant = () =>
  documented(z.string(), {
    description: 'ISO 8601 in UTC with milliseconds.',
    format: 'date-time',
    examples: ['2026-03-29T07:00:00.000Z'],
  });

/** A whole number in a query, where every value arrives as text. */
export const queryInteger = (min: number, max: number, documentation: { readonly description: string }) => {
  const error = must(`must be a whole number from ${min} to ${max}`);
  const isInRange = (digits: string): boolean => Number(digits) >= min && Number(digits) <= max;
  return documented(
    z
      .string({ error })
      .refine((given) => /^\d{1,10}$/.test(given) && isInRange(given), { error })
      .transform(Number),
    { type: 'integer', minimum: min, maximum: max, ...documentation },
  );
};

/** Exactly one of these words. */
export const oneOf = <const Words extends readonly string[]>(words: Words) =>
  z.enum(words, { error: must(`must be ${words.map((word) => `"${word}"`).join(' or ')}`) });

export function isoOrNull(moment: Instant | null): string | null {
  return moment === null ? null : isoOf(moment);
}
