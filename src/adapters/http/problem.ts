import type { FastifyReply } from 'fastify';
import { type Refusal, type RefusalCode, refuse, sentenceOf } from '../../application/answers/refusal.js';
import { isoOf, SECOND_MS } from '../../domain/instant.js';

/**
 * The problems of a request itself, before anybody looks at what it asks for. Codes may be added, but are never
 * renamed.
 */
const REQUEST_PROBLEMS = {
  'request.not_found': [404, 'There is nothing at this address.'],
  'request.method_not_allowed': [405, 'This address does not know this method.'],
  'request.timeout': [408, 'The request took too long to arrive.'],
  'request.too_large': [413, 'The request is too large.'],
  'request.unsupported_media_type': [415, 'The body of a request has to be application/json.'],
  'request.headers_too_large': [431, 'The headers of the request are too large.'],
  'request.origin_forbidden': [403, 'This may not be asked for from here.'],
  'server.unavailable': [503, 'The chat is not running now. Try again in a moment.'],
} as const satisfies Readonly<Record<string, readonly [status: number, sentence: string]>>;

type RequestCode = keyof typeof REQUEST_PROBLEMS;
export type ProblemCode = RefusalCode | RequestCode;

/** The status of every refusal. */
const STATUSES = {
  'request.invalid': 400,
  'consultation.not_found': 404,
  'consultation.already_exists': 409,
  'consultation.inactive': 409,
  'consultation.expired': 409,
  'consultation.not_due': 409,
  'consultation.still_open': 409,
  'consultation.forbidden': 403,
  'doctor.not_found': 404,
  'doctor.already_exists': 409,
  'doctor.unavailable': 409,
  'patient.not_found': 404,
  'patient.already_exists': 409,
  'message.id_conflict': 409,
  'auth.required': 401,
  'auth.invalid': 401,
  'auth.expired': 401,
  'auth.forbidden': 403,
  'precondition.failed': 412,
  'idempotency.conflict': 422,
  'connection.idle': 408,
  'rate.limited': 429,
  'server.overloaded': 503,
  'server.error': 500,
} as const satisfies Readonly<Record<RefusalCode, number>>;

type RequestStatus = (typeof REQUEST_PROBLEMS)[RequestCode][0];
export type ProblemStatus = (typeof STATUSES)[keyof typeof STATUSES] | RequestStatus;

export const PROBLEM_TYPE = 'application/problem+json';

/**
 * RFC 9457 problem details. `title` is the same for every problem of the `code`, and `detail` says what was wrong this
 * time. Neither reveals anything of the inside.
 */
export interface Problem {
  /** `urn:consultation-chat:problem:<code>`. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  /** The id of the answer's `X-Request-Id`, which the log has, too; absent if no request could be read. */
  readonly requestId?: string;
  readonly field?: string;
  /** ISO 8601 in UTC. */
  readonly nextOpeningAt?: string | null;
  readonly retryAfterMs?: number;
}

function isRequestCode(code: ProblemCode): code is RequestCode {
  return Object.hasOwn(REQUEST_PROBLEMS, code);
}

/** Every code that an answer can carry. */
export const PROBLEM_CODES = [...Object.keys(STATUSES), ...Object.keys(REQUEST_PROBLEMS)] as ProblemCode[];

/** The code's status and its sentence for people. */
export function meaningOf(code: ProblemCode): { readonly status: ProblemStatus; readonly sentence: string } {
  if (isRequestCode(code)) {
    const [status, sentence] = REQUEST_PROBLEMS[code];
    return { status, sentence };
  }
  return { status: STATUSES[code], sentence: sentenceOf(refuse(code)) };
}

/** The further fields of a problem. */
type ProblemDetails = Omit<Refusal, 'outcome' | 'code'>;

export function toProblem(code: ProblemCode, details: ProblemDetails = {}): Problem {
  const { status, sentence } = meaningOf(code);
  const { field, nextOpeningAt, retryAfterMs } = details;
  return {
    type: `urn:consultation-chat:problem:${code}`,
    title: sentence,
    status,
    detail: isRequestCode(code) ? withField(sentence, details) : sentenceOf(refuse(code, details)),
    code,
    ...(field === undefined ? {} : { field }),
    ...(nextOpeningAt === undefined
      ? {}
      : { nextOpeningAt: nextOpeningAt === null ? null : isoOf(nextOpeningAt) }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function withField(sentence: string, { field, reason }: ProblemDetails): string {
  return field === undefined || reason === undefined ? sentence : `${sentence} ${field} ${reason}.`;
}

/** Thrown while a request is read. The error handler answers with its problem. */
export class UnreadableRequest extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly details: ProblemDetails,
  ) {
    super(code);
  }
}

/** Sends the problem, with the headers that belong to its status (RFC 6750, RFC 9110). */
export function sendProblem(
  reply: FastifyReply,
  code: ProblemCode,
  details: ProblemDetails = {},
): FastifyReply {
  const problem = toProblem(code, details);
  if (problem.status === 401) {
    const proof = code === 'auth.required' ? 'Bearer' : 'Bearer error="invalid_token"';
    reply.header('www-authenticate', proof);
  }
  if (details.retryAfterMs !== undefined) {
    reply.header('retry-after', Math.ceil(details.retryAfterMs / SECOND_MS));
  }
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type(PROBLEM_TYPE)
    .serializer(JSON.stringify)
    .send({ ...problem, requestId: reply.request.id });
}

export function sendRefusal(reply: FastifyReply, refusal: Refusal): FastifyReply {
  const { code, ...details } = refusal;
  return sendProblem(reply, code, details);
}
