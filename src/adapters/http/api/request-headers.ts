import { z } from 'zod';
import type { CommandOptions, VersionCondition } from '../../../application/answers/answer.js';
import { must } from '../../edge/must.js';
import { documented } from './api-schemas.js';
import { type NamedVersions, readTags } from './entity-tags.js';

const MUST_BE_TAGS = 'must be *, or entity tags such as "3" with commas between them';
const tags = () =>
  z
    .string({ error: must(MUST_BE_TAGS) })
    .refine((given) => readTags(given) !== null, { error: MUST_BE_TAGS });

const ifMatch = documented(tags(), {
  description:
    'The `ETag` of what the caller has seen, or several: another state is not changed, and answered with 412. `*` is any. A tag that a proxy has made weak or marked with a coding (`W/"3"`, `"3-gzip"`) counts as the tag that it was made of.',
  examples: ['"3"'],
});
const ifNoneMatch = documented(tags(), {
  description:
    'The `ETag` of what the caller has, or several: answered with 304 while it has not changed. `*` is any.',
  examples: ['"3"'],
});

const MUST_BE_ANY = 'must be *';
const ifNoneIsThere = documented(
  z.string({ error: must(MUST_BE_ANY) }).refine((given) => given.trim() === '*', { error: MUST_BE_ANY }),
  {
    description: '`*`: only where there is none yet. What is there is not changed, and answered with 412.',
    examples: ['*'],
  },
);

const MUST_BE_A_KEY = 'must be 1 to 255 visible ASCII characters';
const idempotencyKey = documented(
  z.string({ error: must(MUST_BE_A_KEY) }).regex(/^[\x21-\x7e]{1,255}$/, { error: MUST_BE_A_KEY }),
  {
    description:
      'Makes a repeat safe: the same request for the same thing under the same key is done once, and a repeat is answered with how it stands by then; another request for it under the key with 422.',
    examples: ['3f0c1a52-6a55-4d0e-9a39-0c1f2f6d5f11'],
  },
);

/*
 * Fastify adds the result of a schema of headers to all headers that were sent. Handlers take only such a result, and
 * no header by its name, so that no route heeds a header that its document does not name.
 */

/** The headers of a request that reads one thing. */
export const readHeaders = z
  .object({ 'if-none-match': ifNoneMatch.optional() })
  .transform((given) => ({ known: tagsOf(given['if-none-match']) }));
/** The headers of a request that creates something. */
export const createHeaders = z
  .object({ 'idempotency-key': idempotencyKey.optional() })
  .transform((given) => ({ options: optionsOf(null, given['idempotency-key']) }));
/** The headers of a request that creates or sets something, which is safe to repeat. */
export const putHeaders = z
  .object({ 'if-match': ifMatch.optional(), 'if-none-match': ifNoneIsThere.optional() })
  .transform((given) => {
    const match = conditionOf(given['if-match']);
    return { options: optionsOf(given['if-none-match'] === undefined ? match : andNotThere(match)) };
  });
/** The headers of a request that sets something, which is safe to repeat. */
export const setHeaders = z
  .object({ 'if-match': ifMatch.optional() })
  .transform((given) => ({ options: optionsOf(conditionOf(given['if-match'])) }));
/** The headers of a request that changes something. */
export const changeHeaders = z
  .object({ 'if-match': ifMatch.optional(), 'idempotency-key': idempotencyKey.optional() })
  .transform((given) => ({
    options: optionsOf(conditionOf(given['if-match']), given['idempotency-key']),
  }));

function optionsOf(ifVersion: VersionCondition | null, key?: string): CommandOptions {
  return { idempotencyKey: key ?? null, ifVersion };
}

function tagsOf(header: string | undefined): NamedVersions | null {
  return header === undefined ? null : readTags(header);
}

function conditionOf(header: string | undefined): VersionCondition | null {
  const named = tagsOf(header);
  return named === '*' ? 'existing' : named;
}

/**
 * Combines `If-None-Match: *` with `If-Match`. Nobody can have seen a state at version 0, so both together never
 * hold.
 */
function andNotThere(match: VersionCondition | null): VersionCondition {
  return match === null ? [0] : [];
}
