import { z } from 'zod';
import { meaningOf, PROBLEM_CODES, PROBLEM_TYPE, type ProblemCode, type ProblemStatus } from '../problem.js';
import { documented } from './api-schemas.js';
import { EXAMPLES } from './examples.js';

interface HeaderDocument {
  readonly type: 'string' | 'integer';
  readonly description: string;
}

/** One possible answer of a route, as the serializer and the document need it. */
export interface ResponseDocument {
  readonly description: string;
  readonly headers: Readonly<Record<string, HeaderDocument>>;
  readonly content: Readonly<Record<string, { readonly schema: z.ZodType }>>;
}

export type Responses = Readonly<Record<number, ResponseDocument | z.ZodUndefined>>;

const REQUEST_ID: HeaderDocument = { type: 'string', description: 'The id of the request, as in the log.' };
const ETAG: HeaderDocument = {
  type: 'string',
  description: 'Names the state: for If-Match and If-None-Match.',
};
const LOCATION: HeaderDocument = { type: 'string', description: 'Where what was made can be read.' };

const problem = documented(
  z.object({
    type: documented(z.string(), { description: '`urn:consultation-chat:problem:` and the code.' }),
    title: documented(z.string(), { description: 'The same for every problem of this code.' }),
    status: z.int(),
    detail: documented(z.string(), { description: 'A sentence for people: what was wrong this time.' }),
    code: documented(z.enum(PROBLEM_CODES), { description: 'For programs. Stable; more may join.' }),
    requestId: documented(z.string(), { description: 'The id of the request, as in the log.' }),
    field: documented(z.string(), { description: 'The path of the offending value.' }).optional(),
    nextOpeningAt: documented(z.string().nullable(), {
      description: 'When the schedule opens next; null when not within 366 days.',
    }).optional(),
    retryAfterMs: documented(z.int(), { description: 'Milliseconds to wait.' }).optional(),
  }),
  { id: 'Problem', examples: [EXAMPLES.problem], description: 'RFC 9457 problem details.' },
);

const HEADERS_OF: Readonly<Partial<Record<ProblemStatus, Record<string, HeaderDocument>>>> = {
  401: { 'WWW-Authenticate': { type: 'string', description: 'RFC 6750: a bearer token is asked for.' } },
  429: { 'Retry-After': { type: 'integer', description: 'Seconds to wait.' } },
  503: { 'Retry-After': { type: 'integer', description: 'Seconds to wait.' } },
};

/** The refusals that every route of the API can answer with. */
const ANYWHERE: readonly ProblemCode[] = [
  'request.invalid',
  'auth.required',
  'auth.invalid',
  'auth.expired',
  'auth.forbidden',
  'request.origin_forbidden',
  'rate.limited',
  'server.error',
  'server.overloaded',
];
/** The further refusals of a route that reads a body. */
export const OF_BODIES = ['request.too_large', 'request.unsupported_media_type'] as const;

/** The problems of a route, its own and those of every route. The description of each status lists its codes. */
export function problems(...own: readonly ProblemCode[]): Responses {
  const codesOf = new Map<ProblemStatus, ProblemCode[]>();
  for (const code of [...ANYWHERE, ...own]) {
    const { status } = meaningOf(code);
    codesOf.set(status, [...(codesOf.get(status) ?? []), code]);
  }
  const documents = [...codesOf].map(([status, codes]): [number, ResponseDocument] => [
    status,
    {
      description: codes.map((code) => `\`${code}\`: ${meaningOf(code).sentence}`).join('\n\n'),
      headers: { 'X-Request-Id': REQUEST_ID, ...HEADERS_OF[status] },
      content: { [PROBLEM_TYPE]: { schema: problem } },
    },
  ]);
  return Object.fromEntries(documents);
}

function json(description: string, schema: z.ZodType, headers: Record<string, HeaderDocument>) {
  return {
    description,
    headers: { 'X-Request-Id': REQUEST_ID, ...headers },
    content: { 'application/json': { schema } },
  };
}

export function list(description: string, schema: z.ZodType): Responses {
  return { 200: json(description, schema, {}) };
}

/** The answers of a route that reads one resource: 200, or 304 when the caller has its current state. */
export function one(description: string, schema: z.ZodType): Responses {
  return { 200: json(description, schema, { ETag: ETAG }), 304: empty('It has not changed.') };
}

export function created(description: string, schema: z.ZodType): Responses {
  return { 201: json(description, schema, { ETag: ETAG, Location: LOCATION }) };
}

export function changed(description: string, schema: z.ZodType): Responses {
  return { 200: json(description, schema, { ETag: ETAG }) };
}

/** The answers of a route that creates or changes a resource. */
export function put(description: string, schema: z.ZodType): Responses {
  return { ...created(description, schema), ...changed(description, schema) };
}

export function removed(description: string): Responses {
  return { 204: empty(description) };
}

/** The schema of an answer without a body. It is registered, so its description and headers go into the document. */
function empty(description: string): z.ZodUndefined {
  return documented(z.undefined(), { description, headers: { 'X-Request-Id': REQUEST_ID, ETag: ETAG } });
}
