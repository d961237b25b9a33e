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

/** Characters of one part of a path: ids are shorter, and what is longer is no address of ours. */
const MAX_PATH_PART_LENGTH = 256;

/** Below which path the site lies for the request: empty on a server of its own. */
declare module 'fastify' {
  interface FastifyRequest {
    basePath: string;
  }
}

/** Everything that is served over HTTP, on a server of its own or in that of a host application. */
export interface SiteOptions extends ProbeOptions {
  /** Absolute path of the built page's folder. While it does not exist, the page is not found. */
  readonly pageDirectory: string;
  readonly logger: Logger;
  /** Makes ids for requests that bring none. */
  readonly ids: IdGenerator;
  /** Other servers that the page may be pointed at. */
  readonly pageServers: Origins;
  /** Where Socket.IO answers, for the page. */
  readonly socketPath: string;
  /** Whether people choose on the page who they are; left out where they show it. */
  readonly isDemo?: boolean;
  /** What pages for people are told. */
  readonly people: PeopleSettings;
  readonly api: ApiOptions;
  /** The product's, for the documentation. */
  readonly version: string;
  /** What says which events go over the sockets, for `GET /api/asyncapi.json`. */
  readonly asyncapi: object;
}

/** What only whoever opens the site knows: where the page lies, which version this is, whether it can serve and hears its peers. */
export type HttpSite = Pick<SiteOptions, 'pageDirectory' | 'version' | 'asyncapi' | 'ready' | 'isCutOff'>;

/** How requests are read, whoever hands them over. */
export function readingOptions({ ids }: Pick<SiteOptions, 'ids'>) {
  return {
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    routerOptions: { maxParamLength: MAX_PATH_PART_LENGTH, querystringParser: parseQuery },
    genReqId: ({ headers }) => requestIdOf(headers[REQUEST_ID_HEADER], ids.next),
    frameworkErrors: answerUnroutable,
  } satisfies FastifyServerOptions;
}

/** @param knowsFiles whether only the files that are there by now are addresses of the page. */
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
    request.is404 ? sendNotFound(request, reply) : undefined,
  );
  // Files that are not there have an address that is known.
  app.setNotFoundHandler(sendNotFound);
}

/** To people in plain words. Below `/api/` are programs only. */
function sendNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const isOfApi = request.url.startsWith('/api/');
  return !isOfApi && isForPerson(request)
    ? sendNotFoundPage(request, reply)
    : sendProblem(reply, 'request.not_found');
}

/** For everybody, as the documentation of the API is. */
function serveEventDocumentation(app: FastifyInstance, document: object): void {
  const bytes = Buffer.from(JSON.stringify(document));
  app.get('/api/asyncapi.json', async (_request, reply) => {
    reply.header('cache-control', 'no-cache').type('application/json; charset=utf-8');
    return bytes;
  });
}
