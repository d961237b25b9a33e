import fastify, { type FastifyInstance } from 'fastify';
import { type ConnectionGuardOptions, guardConnections } from './connections/connection-guard.js';
import { answerUnreadable } from './failures.js';
import { addSite, type HttpSite, readingOptions, type SiteOptions } from './site.js';

/** How long somebody may take to send, in ms, so that slow senders hold nothing; those of long polling, too. */
export interface SendingLimits {
  /** The headers, from the beginning of the connection or the request on. */
  readonly headersMs: number;
  /** A request as a whole. */
  readonly requestMs: number;
  /** How often that is looked at. */
  readonly checkMs: number;
}
const SENDING_LIMITS: SendingLimits = { headersMs: 10_000, requestMs: 30_000, checkMs: 5_000 };
/** How long closing waits for requests under way, and for browsers that opened a connection to ask nothing yet. */
export const CLOSE_LIMIT_MS = 1_000;

export interface HttpServerOptions extends SiteOptions {
  /** What each connection, and all of those of one address, may take. Not guarded when left out. */
  readonly connections?: Omit<ConnectionGuardOptions, 'logger'>;
  /** In ms; `CLOSE_LIMIT_MS` unless told. */
  readonly closeLimitMs?: number;
  /** `SENDING_LIMITS` unless told. */
  readonly sendingLimits?: SendingLimits;
}

export type OpenHttpServer = (site: HttpSite) => Promise<FastifyInstance>;

/**
 * The HTTP side: the browser client, the API below `/api/v1` with its documentation, `GET /healthz` (the process lives),
 * `GET /readyz` (it can serve) and `GET /metrics`. Not listening yet; Socket.IO attaches to its `server`, before or after
 * `listen`. Listen on an address rather than on `localhost`, for which Fastify opens a second server that nothing else is
 * attached to.
 */
export async function createHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const { logger, closeLimitMs = CLOSE_LIMIT_MS } = options;
  const { headersMs, requestMs, checkMs } = options.sendingLimits ?? SENDING_LIMITS;
  const app = fastify({
    ...readingOptions(options),
    requestTimeout: requestMs,
    http: { headersTimeout: headersMs, requestTimeout: requestMs, connectionsCheckingInterval: checkMs },
    clientErrorHandler: answerUnreadable,
  });
  const guarded =
    options.connections === undefined
      ? null
      : guardConnections(app.server, { logger, ...options.connections });
  app.addHook('preClose', async () => {
    // Node counts a connection that has not asked for anything as busy, and browsers open such ones in advance. One that
    // nobody reads keeps no process alive: without this timer it could end before it has stopped.
    const limit = setTimeout(() => {
      app.server.closeAllConnections();
      guarded?.destroyAll();
    }, closeLimitMs);
    app.server.once('close', () => clearTimeout(limit));
  });
  await addSite(app, options, { knowsFiles: false });
  return app;
}
