import staticFiles from '@fastify/static';
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { IdGenerator } from '../../application/ports/id-generator.js';
import type { Logger } from '../../application/ports/logger.js';
import { type ApiOptions, addApi } from './api/api.js';
import { addCors } from './api/cors.js';
import { collectDocumentation, serveDocumentation } from './api/openapi.js';
import { type ConnectionGuardOptions, guardConnections } from './connections/connection-guard.js';
import { answerUnreadable, createErrorHandler } from './failures.js';
import { addProbes, type ProbeOptions } from './probes.js';
import { sendProblem } from './problem.js';
import { parseQuery } from './query.js';
import { answerRequestIds, REQUEST_ID_HEADER, requestIdOf } from './request-ids.js';
import { addSecurityHeaders, CSP_HEADER, type Origins, pagePolicy, showNothing } from './security-headers.js';

/** The page, at `/` too. */
export const PAGE_FILE = 'chat-test-client.html';
/** Bytes of a request's body. */
const MAX_BODY_BYTES = 64 * 1024;
/** Characters of one part of a path: ids are shorter, and what is longer is no address of ours. */
const MAX_PATH_PART_LENGTH = 256;
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

export interface HttpServerOptions extends ProbeOptions {
  /** Absolute path of the built page's folder. While it does not exist, the page is not found. */
  readonly pageDirectory: string;
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
  /** What each connection, and all of those of one address, may take. Not guarded when left out. */
  readonly connections?: Omit<ConnectionGuardOptions, 'logger'>;
  /** In ms; `CLOSE_LIMIT_MS` unless told. */
  readonly closeLimitMs?: number;
  /** `SENDING_LIMITS` unless told. */
  readonly sendingLimits?: SendingLimits;
}

/** What only whoever starts the server knows: where the page lies, which version this is, whether it can serve. */
export type HttpSite = Pick<HttpServerOptions, 'pageDirectory' | 'version' | 'asyncapi' | 'ready'>;

export type OpenHttpServer = (site: HttpSite) => Promise<FastifyInstance>;

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
    routerOptions: { maxParamLength: MAX_PATH_PART_LENGTH, querystringParser: parseQuery },
    requestTimeout: requestMs,
    http: { headersTimeout: headersMs, requestTimeout: requestMs, connectionsCheckingInterval: checkMs },
    genReqId: ({ headers }) => requestIdOf(headers[REQUEST_ID_HEADER], ids.next),
    frameworkErrors: answerUnroutable,
    clientErrorHandler: answerUnreadable,
  });
  const guarded =
    options.connections === undefined
      ? null
      : guardConnections(app.server, { logger, ...options.connections });
  answerRequestIds(app);
  await addSecurityHeaders(app);
  addCors(app, { corsOrigin: api.corsOrigin ?? [], admits: api.admits });
  answerUnknownAddresses(app);
  app.addHook('preClose', async () => {
    // Node counts a connection that has not asked for anything as busy, and browsers open such ones in advance. One that
    // nobody reads keeps no process alive: without this timer it could end before it has stopped.
    const limit = setTimeout(() => {
      app.server.closeAllConnections();
      guarded?.destroyAll();
    }, closeLimitMs);
    app.server.once('close', () => clearTimeout(limit));
  });
  app.setErrorHandler(createErrorHandler(logger));

  addProbes(app, options);
  await collectDocumentation(app, version);
  await addApi(app, api);
  await serveDocumentation(app);
  serveEventDocumentation(app, options.asyncapi);
  await servePage(app, options);
  return app;
}

/** What has no path to look for a route by comes past every hook. */
function answerUnroutable({ code }: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  reply.header(REQUEST_ID_HEADER, request.id);
  showNothing(reply.raw);
  const isBadPath = code === 'FST_ERR_BAD_URL';
  const details = isBadPath ? { field: 'path', reason: 'must be UTF-8, percent-encoded' } : {};
  sendProblem(reply, 'request.invalid', details);
}

/** Before the body is read, whatever it is. */
function answerUnknownAddresses(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) =>
    request.is404 ? sendProblem(reply, 'request.not_found') : undefined,
  );
  // Files that are not there have an address that is known.
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, 'request.not_found'));
}

/** For everybody, as the documentation of the API is. */
function serveEventDocumentation(app: FastifyInstance, document: object): void {
  const bytes = Buffer.from(JSON.stringify(document));
  app.get('/api/asyncapi.json', async (_request, reply) => {
    reply.header('cache-control', 'no-cache').type('application/json; charset=utf-8');
    return bytes;
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
