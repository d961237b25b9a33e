import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Origins } from '../security-headers.js';

/** These rules apply to the API, its documents, and the files of the element, which other sites' pages load. */
const SHARED = /^\/(api\/|texts\/|(element\.js|people\.json)(\?|$))/;
const METHODS = 'GET, HEAD, POST, PUT, DELETE';
/** Listed one by one, because `*` does not cover `Authorization`. */
const REQUEST_HEADERS = 'Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, X-Request-Id';
const ANSWER_HEADERS = 'ETag, Location, Link, Retry-After, Allow, WWW-Authenticate, X-Request-Id';
/** In seconds. Browsers cache the answer for two hours at most. */
const PREFLIGHT_MAX_AGE = '7200';

export interface CorsOptions {
  /** The origins whose pages may read the answers. The server's own page needs no permission. */
  readonly corsOrigin: Origins;
  /** Whether a request may be answered at all, judging by where it comes from. */
  readonly admits: (request: IncomingMessage) => boolean;
}

/**
 * Lets the pages of listed origins read every answer of the API, refusals included, and the element's files. It also
 * answers the preflight requests of their browsers (Fetch, 3.3). Cookies and other credentials of the browser are not
 * allowed, because callers identify themselves with a token. Whether an origin may ask at all is decided elsewhere.
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
