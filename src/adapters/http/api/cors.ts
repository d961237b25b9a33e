import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Origins } from '../security-headers.js';

/** The API and the documents of it, and what pages of others take the element from. */
const SHARED = /^\/(api\/|texts\/|(element\.js|people\.json)(\?|$))/;
const METHODS = 'GET, HEAD, POST, PUT, DELETE';
/** Named one by one: `*` would not mean `Authorization`. */
const REQUEST_HEADERS = 'Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, X-Request-Id';
const ANSWER_HEADERS = 'ETag, Location, Link, Retry-After, Allow, WWW-Authenticate, X-Request-Id';
/** Seconds; browsers keep what they were told for two hours at most. */
const PREFLIGHT_MAX_AGE = '7200';

export interface CorsOptions {
  /** Whose pages may read what is answered. The server's own page needs no leave. */
  readonly corsOrigin: Origins;
  /** Whether a request may be answered at all, by where it comes from. */
  readonly admits: (request: IncomingMessage) => boolean;
}

/**
 * Lets the pages of listed origins read every answer of the API, refusals too, and the element's files, and answers what their browsers ask before
 * (Fetch, 3.3). Credentials of the browser's own, such as cookies, are not asked for: who asks says so with a token.
 * Whether an origin may ask at all is not decided here.
 */
export function addCors(app: FastifyInstance, { corsOrigin, admits }: CorsOptions): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!isShared(request.raw)) return;
    if (corsOrigin !== '*') reply.header('vary', 'Origin');
    const { origin } = request.headers;
    if (origin === undefined) return;
    const isListed = corsOrigin === '*' || corsOrigin.includes(origin);
    if (!isListed || !admits(request.raw)) return;
    reply
      .header('access-control-allow-origin', corsOrigin === '*' ? '*' : origin)
      .header('access-control-expose-headers', ANSWER_HEADERS);
    const isPreflight =
      request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
    if (isPreflight) await answerPreflight(reply);
  });
}

function isShared({ url = '' }: IncomingMessage): boolean {
  return SHARED.test(url);
}

async function answerPreflight(reply: FastifyReply): Promise<void> {
  await reply
    .code(204)
    .header('access-control-allow-methods', METHODS)
    .header('access-control-allow-headers', REQUEST_HEADERS)
    .header('access-control-max-age', PREFLIGHT_MAX_AGE)
    .send();
}
