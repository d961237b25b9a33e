import staticFiles from '@fastify/static';
import fastify, { type FastifyInstance } from 'fastify';
import type { Logger } from '../../application/ports/logger.js';
import { BAD_REQUEST, INTERNAL_ERROR, NOT_FOUND, sendProblem } from './problem.js';

/** The page, at `/` too. */
export const PAGE_FILE = 'chat-test-client.html';
/** Bytes of a request's body. */
const MAX_BODY_BYTES = 64 * 1024;
/** How long a request may take to arrive as a whole, so that slow senders hold nothing. */
const REQUEST_TIMEOUT_MS = 30_000;
/** How long closing waits for requests under way, and for browsers that opened a connection to ask nothing yet. */
export const CLOSE_LIMIT_MS = 1_000;
/** How long `/readyz` waits for its answer. */
export const READINESS_LIMIT_MS = 2_000;

/** Everything that is counted and measured, as text. */
export interface MetricsPage {
  readonly contentType: string;
  render(): Promise<string>;
}

export interface HttpServerOptions {
  /** Absolute path of the built page's folder. While it does not exist, the page is not found. */
  readonly pageDirectory: string;
  /** Whether what the server depends on answers; a rejection counts as no. */
  readonly ready: () => Promise<boolean>;
  readonly metrics: MetricsPage;
  readonly logger: Logger;
  /** In ms; `READINESS_LIMIT_MS` unless told. */
  readonly readinessLimitMs?: number;
  /** In ms; `CLOSE_LIMIT_MS` unless told. */
  readonly closeLimitMs?: number;
}

/**
 * The HTTP side: the browser client, `GET /healthz` (the process lives) and `GET /readyz` (it can serve). Not
 * listening yet; Socket.IO attaches to its `server`, before or after `listen`. Listen on an address rather than on
 * `localhost`, for which Fastify opens a second server that nothing else is attached to.
 */
export async function createHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const { pageDirectory, ready, metrics, logger, readinessLimitMs = READINESS_LIMIT_MS } = options;
  const { closeLimitMs = CLOSE_LIMIT_MS } = options;
  const app = fastify({
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    frameworkErrors: (_error, _request, reply) => sendProblem(reply, BAD_REQUEST),
  });

  app.addHook('onRequest', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'no-referrer');
  });
  app.addHook('preClose', async () => {
    // Node counts a connection that has not asked for anything as busy, and browsers open such ones in advance.
    setTimeout(() => app.server.closeAllConnections(), closeLimitMs).unref();
  });
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, NOT_FOUND));
  app.setErrorHandler((error, request, reply) => {
    const status = statusOf(error);
    if (status === 404 || status === 403) return sendProblem(reply, NOT_FOUND);
    if (status < 500) return sendProblem(reply, { ...BAD_REQUEST, status });
    logger.error('http.request_failed', error, { method: request.method, route: request.routeOptions.url });
    return sendProblem(reply, INTERNAL_ERROR);
  });

  app.get('/healthz', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    return { status: 'ok' };
  });
  app.get('/readyz', async (_request, reply) => {
    const isReady = await withinLimit(ready, readinessLimitMs);
    reply.code(isReady ? 200 : 503).header('cache-control', 'no-store');
    return { status: isReady ? 'ready' : 'unavailable' };
  });

  app.get('/metrics', async (_request, reply) => {
    reply.header('cache-control', 'no-store').type(metrics.contentType);
    return metrics.render();
  });

  await app.register(staticFiles, {
    root: pageDirectory,
    index: [PAGE_FILE],
    dotfiles: 'ignore',
    // The files' names stay the same from build to build: browsers keep them, and ask each time whether they changed.
    cacheControl: false,
    setHeaders: (response) => response.setHeader('cache-control', 'no-cache'),
  });
  return app;
}

function statusOf(error: unknown): number {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 && status <= 599 ? status : 500;
}

async function withinLimit(ready: () => Promise<boolean>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  try {
    return await Promise.race([ready(), limit]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
