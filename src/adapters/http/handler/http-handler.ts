import type { IncomingMessage, ServerResponse } from 'node:http';
import fastify from 'fastify';
import { addSite, type HttpSite, readingOptions, type SiteOptions } from '../site.js';
import type { Mount } from './mount.js';
import { takeParsedBodies } from './parsed-body.js';

/** A request that a host application hands over. */
export interface Handed {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly mount: Mount;
  /** The body as the host has parsed it; undefined if the host keeps it in `request.body`, or has not read it. */
  readonly body: unknown;
  /** Hands the request back to the host application; null if the host has nothing after this handler. */
  readonly next: (() => void) | null;
}

export interface HttpHandler {
  serve(handed: Handed): void;
  /** Resolves when every request that was handed over is answered. */
  close(): Promise<void>;
}

export type OpenHttpHandler = (site: HttpSite) => Promise<HttpHandler>;

interface RequestInFlight extends Handed {
  /** The URL as the host knows it. `request.url` differs while the site handles the request. */
  readonly url: string | undefined;
}

/**
 * Makes the site for requests that arrive at a host application's server. Connections are not limited here, because
 * the server is the host's.
 */
export async function createHttpHandler(options: SiteOptions): Promise<HttpHandler> {
  const requests = new Map<IncomingMessage, RequestInFlight>();
  let allAnswered: (() => void) | undefined;

  /** Gives the request back to the host, with the URL that the host knows. */
  function letGo({ request, url }: RequestInFlight): void {
    if (!requests.delete(request)) return;
    request.url = url;
    if (requests.size === 0) allAnswered?.();
  }

  const app = fastify(readingOptions(options));
  // This comes before the hooks that set headers, so that an answer of the host's carries none of ours.
  app.addHook('onRequest', async (request, reply) => {
    const handed = requests.get(request.raw);
    request.basePath = handed?.mount.basePath ?? '';
    const { next = null } = handed ?? {};
    if (!request.is404 || handed === undefined || next === null) return;
    reply.hijack();
    letGo(handed);
    next();
  });
  takeParsedBodies(app, (raw) => requests.get(raw)?.body ?? Reflect.get(raw, 'body'), options.logger);
  await addSite(app, options, { knowsFiles: true });
  await app.ready();

  return {
    serve: (handed) => {
      const { request, response, mount } = handed;
      const inFlight = { ...handed, url: request.url };
      requests.set(request, inFlight);
      response.once('close', () => letGo(inFlight));
      request.url = mount.url;
      app.routing(request, response);
    },
    close: async () => {
      if (requests.size > 0) {
        await new Promise<void>((resolve) => {
          allAnswered = resolve;
        });
      }
      await app.close();
    },
  };
}
