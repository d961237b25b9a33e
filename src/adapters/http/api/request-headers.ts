import { z } from 'zod';
import type { CommandOptions } from '../../../application/answers/answer.js';
import { must } from '../../edge/must.js';
import { documented } from './api-schemas.js';

/** No stream has it: what a precondition names that is none of our tags. */
const NO_VERSION = -1;
/** RFC 9110: one entity tag. Control characters and spaces never reach us. */
const ENTITY_TAG = /^(W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/;

const MUST_BE_A_TAG = 'must be one entity tag such as "3", or *';
const ifMatch = documented(
  z
    .string({ error: must(MUST_BE_A_TAG) })
    .refine((given) => given === '*' || ENTITY_TAG.test(given), { error: MUST_BE_A_TAG }),
  {
    description:
      'The `ETag` of what the caller has seen: another state is not changed, and answered with 412. `*` is any.',
    examples: ['"3"'],
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

const ifNoneMatch = documented(z.string(), {
  description: 'The `ETag` of what the caller has: answered with 304 while it has not changed.',
  examples: ['"3"'],
});

/** Of a request that reads one thing. */
export const readHeaders = z.looseObject({ 'if-none-match': ifNoneMatch.optional() });
/** Of a request that makes something. */
export const createHeaders = z.looseObject({ 'idempotency-key': idempotencyKey.optional() });
/** Of a request that sets something, which is safe to repeat. */
export const setHeaders = z.looseObject({ 'if-match': ifMatch.optional() });
/** Of a request that changes something. */
export const changeHeaders = z.looseObject({
  'if-match': ifMatch.optional(),
  'idempotency-key': idempotencyKey.optional(),
});

/** What the headers ask of a command. */
export function optionsOf(headers: {
  readonly 'if-match'?: unknown;
  readonly 'idempotency-key'?: unknown;
}): CommandOptions {
  const key = headers['idempotency-key'];
  const tag = headers['if-match'];
  return {
    idempotencyKey: typeof key === 'string' ? key : null,
    ifVersion: typeof tag === 'string' ? versionOf(tag) : null,
  };
}

function versionOf(tag: string): number | null {
  if (tag === '*') return null;
  const digits = /^"(0|[1-9]\d{0,14})"$/.exec(tag)?.[1];
  return digits === undefined ? NO_VERSION : Number(digits);
}

/** The entity tag of a stream's version. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/** Whether `If-None-Match` names what there is: a list of tags, strong or weak, or `*`. */
export function isAmong(ifNoneMatch: string, etag: string): boolean {
  const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
