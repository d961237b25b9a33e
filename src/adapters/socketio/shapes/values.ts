import { z } from 'zod';
import { ID_PATTERN, MUST_BE_AN_ID } from '../../../application/ports/id-generator.js';
import { ROLES } from '../../../application/ports/identity.js';
import { type Instant, isoOf } from '../../../domain/instant.js';
import { must } from '../../edge/must.js';

/** The highest `seq` that can be asked for: a 32-bit integer, as it is stored. */
const MAX_SEQ = 2 ** 31 - 1;

export const id = z
  .string({ error: must(MUST_BE_AN_ID) })
  .regex(ID_PATTERN, { error: must(MUST_BE_AN_ID) })
  .meta({ description: 'An id: 1 to 64 letters, digits, hyphens or underscores.' });

export const sender = z
  .enum(['user', 'doctor'], { error: must('must be "user" or "doctor"') })
  .meta({ description: 'Who speaks. The patient is called `user` on the wire.' });

const MUST_BE_A_MESSAGE_ID = 'must be 1 to 64 characters of well-formed text without NUL';
export const clientMessageId = z
  .string({ error: must(MUST_BE_A_MESSAGE_ID) })
  .regex(/^(?:[^\0\uD800-\uDFFF]|[\uD800-\uDBFF][\uDC00-\uDFFF]){1,64}$/u, {
    error: must(MUST_BE_A_MESSAGE_ID),
  })
  .meta({ description: "The sender's own name for a message, which makes a repeat safe." });

const MUST_BE_A_SEQ = `must be a whole number from 0 to ${MAX_SEQ}`;
export const seq = z
  .int({ error: must(MUST_BE_A_SEQ) })
  .min(0, { error: must(MUST_BE_A_SEQ) })
  .max(MAX_SEQ, { error: must(MUST_BE_A_SEQ) })
  .meta({
    description: 'The number of a message within its consultation: dense, from 1. 0 is before the first.',
  });

export const instant = z.iso.datetime({ precision: 3 }).meta({
  description: 'An instant: ISO 8601 in UTC with milliseconds.',
  examples: ['2026-03-29T07:00:00.000Z'],
});

export const role = z.enum(ROLES).meta({ description: 'What the token says that its bearer is.' });

export const nextOpeningAt = instant.nullable().meta({
  description:
    'The next instant at which the schedule goes from closed to open; null when there is none within 366 days.',
});

export function toWireInstant(at: Instant | null): string | null {
  return at === null ? null : isoOf(at);
}
