import fastify, { type FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Requester } from '../../../application/lookup/requester.js';
import type { IdGenerator } from '../../../application/ports/id-generator.js';
import {
  type Caller,
  MUST_BE_A_PERSON_ID,
  PERSON_ID_PATTERN,
  ROLES,
} from '../../../application/ports/identity.js';
import type { Logger } from '../../../application/ports/logger.js';
import type { CallOptions } from '../../../protocol/calls.js';
import { addOperations } from '../api/api.js';
import { API_PREFIX, type RouteDependencies } from '../api/api-server.js';
import { createErrorHandler } from '../failures.js';
import { MAX_BODY_BYTES } from '../limits.js';
import { type Problem, sendProblem, toProblem } from '../problem.js';
import { parseQuery } from '../query.js';
import { REQUEST_ID_HEADER } from '../request-ids.js';
import { ChatError } from './chat-error.js';

/** The caller when the host application does not name one. */
const HOST: Caller = { role: 'admin', id: 'host' };
/**
 * Longer than any id that somebody gives by mistake. The operation can then refuse such an id and say why, before the
 * router would.
 */
const MAX_PATH_PART_LENGTH = MAX_BODY_BYTES;
/** The call options that are headers in a request over HTTP. */
const HEADERS_OF = {
  ifMatch: 'if-match',
  ifNoneMatch: 'if-none-match',
  idempotencyKey: 'idempotency-key',
} as const;

type OptionName = keyof typeof HEADERS_OF;
type AnyOptions = CallOptions & { readonly [Name in OptionName]?: string | undefined };

/** One call: the method and the parts of the path of an operation of the HTTP API, with its parameters. */
export interface Question {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: readonly unknown[];
  readonly query?: object | undefined;
  /** Present if the operation takes a body, even if the caller has given undefined. */
  readonly body?: unknown;
  readonly options?: AnyOptions | undefined;
}

/**
 * Resolves with the body of the answer, and with its `etag` if it has one.
 *
 * @throws {ChatError} if the API answers with a problem.
 * @throws {Error} once the chat is closed.
 */
export type Ask = <Answer>(question: Question) => Promise<Answer>;

export interface InProcessApi {
  readonly ask: Ask;
  /** Takes no further calls. Resolves when every earlier call is answered. */
  close(): Promise<void>;
}

export interface InProcessApiOptions extends RouteDependencies {
  readonly logger: Logger;
  readonly ids: IdGenerator;
}

interface RequestInFlight {
  readonly url: string;
  readonly requester: Requester;
}

/**
 * Offers the operations of the HTTP API to the process itself. They are the same routes, on a server of their own that
 * never listens, so that each operation is checked, performed and answered in one place. The host application says who
 * asks. Neither the address nor the rate of its calls is checked.
 */
export function createInProcessApi({ logger, ids, ...dependencies }: InProcessApiOptions): InProcessApi {
  const inFlight = new Map<string, RequestInFlight>();
  const asked = new Set<Promise<unknown>>();
  let opening: Promise<FastifyInstance> | undefined;
  let isClosed = false;

  async function open(): Promise<FastifyInstance> {
    const app = fastify({
      logger: false,
      bodyLimit: MAX_BODY_BYTES,
      routerOptions: { maxParamLength: MAX_PATH_PART_LENGTH, querystringParser: parseQuery },
      frameworkErrors: (_error, _request, reply) => sendProblem(reply, 'request.invalid'),
      genReqId: ({ headers }) => String(headers[REQUEST_ID_HEADER]),
      // The URL is set here and not handed to `inject`, which would resolve a part such as `..` as a step up.
      rewriteUrl: ({ headers }) => inFlight.get(String(headers[REQUEST_ID_HEADER]))?.url ?? '/',
    });
    app.decorateRequest('requester', null);
    app.decorateRequest('basePath', '');
    app.addHook('onRequest', async (request) => {
      request.requester = inFlight.get(request.id)?.requester ?? null;
    });
    app.setErrorHandler(createErrorHandler(logger));
    app.setNotFoundHandler((_request, reply) => sendProblem(reply, 'request.not_found'));
    await app.register(
      async (scope) => addOperations(scope.withTypeProvider<ZodTypeProvider>(), dependencies),
      { prefix: API_PREFIX },
    );
    await app.ready();
    return app;
  }

  async function answer<Answer>(question: Question): Promise<Answer> {
    const { method, path, query, options = {} } = question;
    const requestId = ids.next();
    const requester: Requester = { caller: callerOf(options.as), channel: 'process', requestId };
    const payload = 'body' in question ? jsonOf(question.body) : null;
    const content = payload === null ? {} : { 'content-type': 'application/json' };
    opening ??= open();
    const app = await opening;
    inFlight.set(requestId, { url: urlOf(path, query), requester });
    try {
      const {
        statusCode,
        headers,
        body: text,
      } = await app.inject({
        method,
        url: '/',
        headers: { ...content, ...headersOf(options), [REQUEST_ID_HEADER]: requestId },
        ...(payload === null ? {} : { payload }),
      });
      const given: unknown = text === '' ? {} : JSON.parse(text);
      if (statusCode >= 400) throw new ChatError(given as Problem);
      const { etag } = headers;
      // The type is right, because the route has made the answer by the operation's schema.
      return (etag === undefined ? given : { ...(given as object), etag }) as Answer;
    } finally {
      inFlight.delete(requestId);
    }
  }

  return {
    ask: async <Answer>(question: Question): Promise<Answer> => {
      if (isClosed) throw new Error('the chat is not running any more: await initChatSocket(server) again');
      const answering = answer<Answer>(question);
      asked.add(answering);
      try {
        return await answering;
      } finally {
        asked.delete(answering);
      }
    },
    close: async () => {
      isClosed = true;
      await Promise.allSettled(asked);
      await (await opening)?.close();
    },
  };
}

function invalid(field: string, reason: string): ChatError {
  return new ChatError(toProblem('request.invalid', { field, reason }));
}

function callerOf(as: CallOptions['as']): Caller {
  if (as === undefined) return HOST;
  // A program without types may have given anything.
  const { role, id } = as ?? {};
  if (role === undefined || !ROLES.includes(role))
    throw invalid('as.role', `must be one of ${ROLES.join(', ')}`);
  if (typeof id !== 'string' || !PERSON_ID_PATTERN.test(id)) throw invalid('as.id', MUST_BE_A_PERSON_ID);
  return { role, id };
}

function jsonOf(body: unknown): string {
  try {
    // A value that has no JSON, such as a function, becomes null, which the operation refuses.
    return JSON.stringify(body) ?? 'null';
  } catch {
    throw invalid('body', 'must be JSON');
  }
}

function urlOf(path: readonly unknown[], query: object = {}): string {
  const parts = path.map((part) => encodeURIComponent(textOf(part)));
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const pairs = given.map(([name, value]) => `${name}=${encodeURIComponent(textOf(value))}`);
  return `${API_PREFIX}/${parts.join('/')}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`;
}

/** The value as text for a URL. If it has no such text, this is the empty text, which every operation refuses. */
function textOf(value: unknown): string {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString();
  if (typeof value === 'string') return /\p{Surrogate}/u.test(value) ? '' : value;
  return typeof value === 'number' ? String(value) : '';
}

function headersOf(options: AnyOptions): Record<string, string> {
  const unknown = Object.keys(options).find((name) => name !== 'as' && !Object.hasOwn(HEADERS_OF, name));
  if (unknown !== undefined) throw invalid(`options.${unknown}`, 'is not an option of a call');
  const names = Object.keys(HEADERS_OF) as OptionName[];
  const given = names.map((name) => [HEADERS_OF[name], options[name]] as const);
  return Object.fromEntries(given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
