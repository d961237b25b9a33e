import type { FastifyInstance } from 'fastify';
import { afterEach } from 'vitest';
import { API_PREFIX } from '../../../src/adapters/http/api/api-server.js';
import { createHttpServer, type HttpServerOptions } from '../../../src/adapters/http/http-server.js';
import { createRecordingLogger } from '../../../src/adapters/memory/loggers.js';
import { createSequentialIds } from '../../../src/adapters/memory/sequential-ids.js';
import { isOriginAllowed } from '../../../src/adapters/socketio/origin-policy.js';
import {
  type MemoryApplication,
  type MemoryApplicationOptions,
  openMemoryApplication,
} from '../../support/memory-application.js';
import { type ApiDocument, expectAsDocumented } from './api-document.js';

/** The options of a server in tests: no page, the memory application behind the API. */
export function serverOptions(
  memory: MemoryApplication,
  options: Partial<HttpServerOptions> = {},
): HttpServerOptions {
  return {
    pageDirectory: '/nowhere',
    pageServers: [],
    socketPath: '/socket.io',
    people: { emergency: {} },
    version: '1.2.3',
    asyncapi: () => ({ asyncapi: '3.0.0' }),
    ready: async () => true,
    metrics: { contentType: 'text/plain; version=0.0.4', render: async () => 'up 1\n' },
    refusesMetrics: () => null,
    logger: createRecordingLogger(),
    ids: createSequentialIds('request'),
    api: {
      sessions: memory.application.sessions,
      administration: memory.application.administration,
      clock: memory.time.clock,
      isOriginAllowed: (headers) => isOriginAllowed(headers, []),
      admits: () => true,
    },
    ...options,
  };
}

export interface Call {
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; text is sent as it is. */
  readonly body?: unknown;
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at the JSON as a client of another language does.
  readonly json: any;
}

export interface ApiHarness {
  readonly memory: MemoryApplication;
  readonly app: FastifyInstance;
  readonly url: string;
  readonly document: ApiDocument;
  /** Every answer of the API is held against its own document. */
  call(method: string, path: string, call?: Call): Promise<Answered>;
}

export interface HarnessOptions {
  readonly startAt?: string;
  /** Whether a request without a token acts as administrator, as in demo mode. */
  readonly isOpen?: boolean;
  /** Replaces or wraps ports, as of the memory application. */
  readonly decorate?: MemoryApplicationOptions['decorate'];
  readonly server?: (memory: MemoryApplication) => Partial<HttpServerOptions>;
}

let published: Promise<ApiDocument> | undefined;

/** The same from every server, and long to make: the first one that is opened is asked, for all tests of a process. */
function documentOf(url: string): Promise<ApiDocument> {
  published ??= fetch(new URL('/api/openapi.json', url)).then(
    (response) => response.json() as Promise<ApiDocument>,
  );
  return published;
}

/** Opens servers on free ports, which are closed after each test. */
export function apiHarness(): { open(options?: HarnessOptions): Promise<ApiHarness> } {
  const opened: FastifyInstance[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((app) => app.close()));
  });
  return {
    open: async ({ startAt, isOpen = false, decorate, server = () => ({}) } = {}) => {
      const memory = openMemoryApplication({
        isOpen,
        ...(startAt === undefined ? {} : { startAt }),
        ...(decorate === undefined ? {} : { decorate }),
      });
      const app = await createHttpServer(serverOptions(memory, { closeLimitMs: 20, ...server(memory) }));
      opened.push(app);
      const url = await app.listen({ host: '127.0.0.1', port: 0 });
      const document = await documentOf(url);
      return {
        memory,
        app,
        url,
        document,
        call: async (method, path, call = {}) => {
          const response = await fetch(new URL(path, url), { method, ...requestOf(call) });
          const { status, headers } = response;
          const text = await response.text();
          const seen = { method, path: path.split('?')[0] ?? path, status, headers, text };
          if (path.startsWith(API_PREFIX)) expectAsDocumented(document, seen);
          return { status, headers, text, json: text.startsWith('{') ? JSON.parse(text) : undefined };
        },
      };
    },
  };
}

function requestOf({ token, headers = {}, body }: Call): { headers: Record<string, string>; body?: string } {
  const all = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...headers,
  };
  if (body === undefined) return { headers: all };
  return { headers: all, body: typeof body === 'string' ? body : JSON.stringify(body) };
}
