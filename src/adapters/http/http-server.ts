import staticFiles from '@fastify/static';
import fastify, { type FastifyInstance } from 'fastify';
import type { IdGenerator } from '../../application/ports/id-generator.js';
import type { Logger } from '../../application/ports/logger.js';
import { type ApiOptions, addApi } from './api/api.js';
import { collectDocumentation, serveDocumentation } from './api/openapi.js';
import { answerUnreadable, createErrorHandler } from './failures.js';
import { sendProblem } from './problem.js';
import { answerRequestIds, REQUEST_ID_HEADER, requestIdOf } from './request-ids.js';
import { addSecurityHeaders, CSP_HEADER, type Origins, pagePolicy } from './security-headers.js';

/** The page, at `/` too. */
export const PAGE_FILE = 'chat-test-client.html';
/** Bytes of a request's body. */
const MAX_BODY_BYTES = 64 * 1024;
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
  /** Makes ids for requests that bring none. */
  readonly ids: IdGenerator;
  /** Other servers that the page may be pointed at. */
  readonly pageServers: Origins;
  readonly api: ApiOptions;
  /** The product's, for the documentation. */
  readonly version: string;
  /** What says which events go over the sockets, for `GET /api/asyncapi.json`. */
  readonly asyncapi: object;
  /** In ms; `READINESS_LIMIT_MS` unless told. */
  readonly readinessLimitMs?: number;
  /** In ms; `CLOSE_LIMIT_MS` unless told. */
  readonly closeLimitMs?: number;
  /** `SENDING_LIMITS` unless told. */
  readonly sendingLimits?: SendingLimits;
}

/**
 * The HTTP side: the browser client, the API below `/api/v1` with its documentation, `GET /healthz` (the process lives),
 * `GET /readyz` (it can serve) and `GET /metrics`. Not listening yet; Socket.IO attaches to its `server`, before or after
 * `listen`. Listen on an address rather than on `localhost`, for which Fastify opens a second server that nothing else is
 * attached to.
 */
export async function createHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const { logger, ids, api, version, closeLimitMs = CLOSE_LIMIT_MS } = options;
  const { headersMs, requestMs, checkMs } = options.sendingLimits ?? SENDING_LIMITS;
  const app = fastify({
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: requestMs,
    http: { headersTimeout: headersMs, requestTimeout: requestMs, connectionsCheckingInterval: checkMs },
    genReqId: ({ headers }) => requestIdOf(headers[REQUEST_ID_HEADER], ids.next),
    frameworkErrors: (_error, _request, reply) => sendProblem(reply, 'request.invalid'),
    clientErrorHandler: answerUnreadable,
  });
  answerRequestIds(app);
  await addSecurityHeaders(app);
  app.addHook('preClose', async () => {
    // Node counts a connection that has not asked for anything as busy, and browsers open such ones in advance.
    setTimeout(() => app.server.closeAllConnections(), closeLimitMs).unref();
  });
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, 'request.not_found'));
  app.setErrorHandler(createErrorHandler(logger));

  addProbes(app, options);
  await collectDocumentation(app, version);
  await addApi(app, api);
  await serveDocumentation(app);
  serveEventDocumentation(app, options.asyncapi);
  await servePage(app, options);
  return app;
}

function addProbes(app: FastifyInstance, options: HttpServerOptions): void {
  const { ready, metrics, readinessLimitMs = READINESS_LIMIT_MS } = options;
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
}

/** For everybody, as the documentation of the API is. */
function serveEventDocumentation(app: FastifyInstance, document: object): void {
  const text = JSON.stringify(document);
  app.get('/api/asyncapi.json', async (_request, reply) => {
    reply.header('cache-control', 'no-cache').type('application/json; charset=utf-8');
    return text;
  });
}

async function servePage(app: FastifyInstance, options: HttpServerOptions): Promise<void> {
  const policy = pagePolicy(options.pageServers);
  await app.register(staticFiles, {
    root: options.pageDirectory,
    index: [PAGE_FILE],
    dotfiles: 'ignore',
    // The files' names stay the same from build to build: browsers keep them, and ask each time whether they changed.
    cacheControl: false,
    setHeaders: (response) => {
      response.setHeader('cache-control', 'no-cache');
      response.setHeader(CSP_HEADER, policy);
    },
  });
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
