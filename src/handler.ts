import { IncomingMessage, type ServerResponse } from 'node:http';
import { refuseRequest } from './adapters/http/connections/bare-answer.js';
import type { HttpHandler } from './adapters/http/handler/http-handler.js';
import { checkBasePath, type Mount, mountOf, mountOfRoute } from './adapters/http/handler/mount.js';
import type { Chat } from './chat.js';
import { refuseUnknownOptions } from './config/unknown-options.js';

export interface ChatHttpHandlerOptions {
  /**
   * The path below which the handler answers, such as `/chat`. It is needed where the host application does not take
   * the path off the URL: on plain Node. Express and Connect take it off with `app.use('/chat', …)`, and with Fastify
   * the route `/chat/*` says it.
   */
  readonly basePath?: string | undefined;
}

/** What a handler gets from a route of Fastify. */
interface RouteRequest {
  readonly raw: IncomingMessage;
  readonly body?: unknown;
  readonly routeOptions: { readonly url?: string | undefined };
}
interface RouteReply {
  readonly raw: ServerResponse;
  hijack(): unknown;
}

/** A handler for Express, Connect and plain Node, and for a route of Fastify. */
export type ChatHttpHandler = (
  request: IncomingMessage | RouteRequest,
  response: ServerResponse | RouteReply,
  next?: (error?: unknown) => void,
) => void;

/** Recognises addresses of the chat as far as possible while no chat is running. */
const OF_THE_CHAT =
  /^\/(api\/(v1(\/.*)?|(openapi|asyncapi)\.json)|docs(\/.*)?|healthz|readyz|metrics|c\/[^/]*|chat-test-client\.html)?$/;
const NOT_RUNNING = { code: 'server.unavailable', retryAfterMs: 1_000 } as const;
const NOBODY_HERE = { code: 'request.not_found' } as const;

interface Handing {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly mount: Mount | null;
  readonly body: unknown;
  readonly next: ((error?: unknown) => void) | null;
}

/** @param running returns the chat that serves now; undefined if there is none. */
export function createChatHttpHandler(
  options: ChatHttpHandlerOptions,
  running: () => Chat | undefined,
): ChatHttpHandler {
  refuseUnknownOptions(options, ['basePath']);
  const basePath = checkBasePath(options.basePath ?? '');

  function handle({ request, response, mount, body, next }: Handing): void {
    if (mount === null) {
      if (next === null) refuseRequest(response, NOBODY_HERE, false);
      else next();
      return;
    }
    const chat = running();
    if (chat === undefined) {
      const [path = ''] = mount.url.split('?');
      if (next === null || OF_THE_CHAT.test(path)) refuseRequest(response, NOT_RUNNING, false);
      else next();
      return;
    }
    if (mount.isBare && (request.method === 'GET' || request.method === 'HEAD')) {
      const query = mount.url.slice(1);
      response.writeHead(302, { Location: `${mount.basePath}/${query}`, 'Cache-Control': 'no-store' }).end();
      return;
    }
    const serve = ({ serve }: HttpHandler): void => serve({ request, response, mount, body, next });
    chat.httpHandler().then(serve, (error: unknown) => {
      chat.logger.error('http.handler_failed', error);
      refuseRequest(response, NOT_RUNNING, false);
    });
  }

  return (request, response, next) => {
    const goOn = next ?? null;
    if (request instanceof IncomingMessage) {
      const mount = mountOf(request, basePath);
      handle({ request, response: response as ServerResponse, mount, body: undefined, next: goOn });
      return;
    }
    // Fastify has read the body. It leaves the answer to others only if it is told so.
    const reply = response as RouteReply;
    reply.hijack();
    const { raw, body, routeOptions } = request;
    const mount = basePath === '' ? mountOfRoute(raw, routeOptions.url ?? '') : mountOf(raw, basePath);
    handle({ request: raw, response: reply.raw, mount, body, next: null });
  };
}
