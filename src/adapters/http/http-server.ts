import fastify, { type FastifyInstance } from 'fastify';
import { type ConnectionGuardOptions, guardConnections } from './connections/connection-guard.js';
import { answerUnreadable } from './failures.js';
import { addSite, type HttpSite, readingOptions, type SiteOptions } from './site.js';

/** How long a client may take to send, in ms, so that slow senders occupy nothing. Long polling is held to it, too. */
export interface SendingLimits {
  /** The headers, from the beginning of the connection or of the request on. */
  readonly headersMs: number;
  /** A request as a whole. */
  readonly requestMs: number;
  /** How often these times are checked. */
  readonly checkMs: number;
}
const SENDING_LIMITS: SendingLimits = { headersMs: 10_000, requestMs: 30_000, checkMs: 5_000 };
/**
 * How long closing waits for requests in flight, and for connections that browsers opened in advance without asking
 * anything yet; in ms.
 */
export const CLOSE_LIMIT_MS = 1_000;

export interface HttpServerOptions extends SiteOptions {
  /** The limits of one connection, and of all connections of one address. Connections are not guarded when left out. */
  readonly connections?: Omit<ConnectionGuardOptions, 'logger'>;
  /** In ms; `CLOSE_LIMIT_MS` when left out. */
  readonly closeLimitMs?: number;
  /** `SENDING_LIMITS` when left out. */
  readonly sendingLimits?: SendingLimits;
}

export type OpenHttpServer = (site: HttpSite) => Promise<FastifyInstance>;

/**
 * Makes the HTTP server. It serves the pages, the API below `/api/v1` with its documentation, `GET /healthz` (the
 * process lives), `GET /readyz` (it can serve) and `GET /metrics`. It does not listen yet. Socket.IO attaches to its
 * `server`, before or after `listen`. Callers should listen on an address rather than on `localhost`, because for that
 * name Fastify opens a second server, to which nothing else is attached.
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
    // Node counts a connection that has not asked for anything as busy, and browsers open such ones in advance. The
    // timer is not unreferenced, because a connection that nobody reads keeps no process alive, and the process could
    // end before the server has stopped.
    const limit = setTimeout(() => {
      app.server.closeAllConnections();
      guarded?.destroyAll();
    }, closeLimitMs);
    app.server.once('close', () => clearTimeout(limit));
  });
  await addSite(app, options, { knowsFiles: false });
  return app;
}
