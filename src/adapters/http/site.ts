import type {
  FastifyError,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  FastifyServerOptions,
} from 'fastify';
import type { IdGenerator } from '../../application/ports/id-generator.js';
import type { Logger } from '../../application/ports/logger.js';
import { type ApiOptions, addApi } from './api/api.js';
import { addCors } from './api/cors.js';
import { collectDocumentation, serveDocumentation } from './api/openapi.js';
import { createErrorHandler } from './failures.js';
import { MAX_BODY_BYTES } from './limits.js';
import { isForPerson, sendNotFoundPage } from './not-found-page.js';
import { servePage } from './page.js';
import { type PeopleSettings, servePeopleSettings } from './people-settings.js';
import { addProbes, type ProbeOptions } from './probes.js';
import { sendProblem } from './problem.js';
import { parseQuery } from './query.js';
import { answerRequestIds, REQUEST_ID_HEADER, requestIdOf } from './request-ids.js';
import { addSecurityHeaders, type Origins, showNothing } from './security-headers.js';

/** The longest part of a path, in characters. Ids are shorter, so a longer part is no address of ours. */
const MAX_PATH_PART_LENGTH = 256;

/** `basePath` is the path below which the site is mounted for the request. It is empty on a server of its own. */
declare module 'fastify' {
  interface FastifyRequest {
    basePath: string;
  }
}

/** Options for everything that is served over HTTP, on a server of its own or on that of a host application. */
export interface SiteOptions extends ProbeOptions {
  /** Absolute path of the folder of the built page. The page is not found while the folder does not exist. */
  readonly pageDirectory: string;
  readonly logger: Logger;
  /** Makes ids for requests that come without one. */
  readonly ids: IdGenerator;
  /** Origins of other servers to which the developers' page may connect. */
  readonly pageServers: Origins;
  /** The path of Socket.IO, which the pages have to know. */
  readonly socketPath: string;
  /** Whether people choose on the page who they are (demo mode). When left out, they sign in with a token. */
  readonly isDemo?: boolean;
  /** The settings that the people's page learns before anybody has signed in. */
  readonly people: PeopleSettings;
  readonly api: ApiOptions;
  /** The version of the product, for the documentation. */
  readonly version: string;
  /** Makes the AsyncAPI document of the socket events, when somebody first asks for `GET /api/asyncapi.json`. */
  readonly asyncapi: () => object;
}

/**
 * The options that only the program that opens the site knows: the folder of the page, the version, the document of the
 * events, whether the server is ready, and whether it hears its peers.
 */
export type HttpSite = Pick<SiteOptions, 'pageDirectory' | 'version' | 'asyncapi' | 'ready' | 'isCutOff'>;

/** The options by which Fastify reads requests, on a server of its own and on that of a host application. */
export function readingOptions({ ids }: Pick<SiteOptions, 'ids'>) {
  return {
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    routerOptions: { maxParamLength: MAX_PATH_PART_LENGTH, querystringParser: parseQuery },
    genReqId: ({ headers }) => requestIdOf(headers[REQUEST_ID_HEADER], ids.next),
    frameworkErrors: answerUnroutable,
  } satisfies FastifyServerOptions;
}

/** @param knowsFiles whether only the files that exist now are addresses of the page; see `servePage`. */
export async function addSite(
  app: FastifyInstance,
  options: SiteOptions,
  { knowsFiles }: { readonly knowsFiles: boolean },
): Promise<void> {
  app.decorateRequest('basePath', '');
  answerRequestIds(app);
  await addSecurityHeaders(app);
  addCors(app, { corsOrigin: options.api.corsOrigin ?? [], admits: options.api.admits });
  answerUnknownAddresses(app);
  app.setErrorHandler(createErrorHandler(options.logger));
  addProbes(app, options);
  await collectDocumentation(app, options.version);
  await addApi(app, options.api);
  await serveDocumentation(app);
  serveEventDocumentation(app, options.asyncapi);
  servePeopleSettings(app, options.people);
  await servePage(app, options, { knowsFiles });
}

/**
 * Answers requests whose path cannot be decoded. The router refuses them before any hook runs, so this sets the
 * headers itself.
 */
function answerUnroutable({ code }: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  reply.header(REQUEST_ID_HEADER, request.id);
  showNothing(reply.raw);
  const isBadPath = code === 'FST_ERR_BAD_URL';
  const details = isBadPath ? { field: 'path', reason: 'must be UTF-8, percent-encoded' } : {};
  sendProblem(reply, 'request.invalid', details);
}

/** Answers unknown addresses before the body is read, whatever the body is. */
function answerUnknownAddresses(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) =>
    request.is404 ? sendNotFound(request, reply) : undefined,
  );
  // A missing file matches the route of the files, so the hook above lets it pass.
  app.setNotFoundHandler(sendNotFound);
}

/** Answers people in plain words. Only programs ask for addresses below `/api/`. */
function sendNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const isOfApi = request.url.startsWith('/api/');
  return !isOfApi && isForPerson(request)
    ? sendNotFoundPage(request, reply)
    : sendProblem(reply, 'request.not_found');
}

/** Serves the AsyncAPI document to everybody, as the documentation of the API is. */
function serveEventDocumentation(app: FastifyInstance, makeDocument: () => object): void {
  let bytes: Buffer | undefined;
  app.get('/api/asyncapi.json', async (_request, reply) => {
    bytes ??= Buffer.from(JSON.stringify(makeDocument()));
    reply.header('cache-control', 'no-cache').type('application/json; charset=utf-8');
    return bytes;
  });
}
