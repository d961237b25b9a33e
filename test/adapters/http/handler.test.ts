import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import fastify from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttpHandler } from '../../../src/adapters/http/handler/http-handler.js';
import { createRecordingLogger } from '../../../src/adapters/memory/loggers.js';
import { isOriginAllowed } from '../../../src/adapters/socketio/origin-policy.js';
import type { Chat } from '../../../src/chat.js';
import { type ChatHttpHandler, createChatHttpHandler } from '../../../src/handler.js';
import { openMemoryApplication } from '../../support/memory-application.js';
import { serverOptions } from './api-harness.js';

/** Of another origin than the server's. */
const PAGE = 'https://clinic.example';
const logger = createRecordingLogger();
const servers: Server[] = [];
let pages: string;
let chat: Chat | undefined;
let token: string;

beforeEach(async () => {
  pages = await mkdtemp(join(tmpdir(), 'chat-pages-'));
  await writeFile(join(pages, 'chat-test-client.html'), '<meta name="socket-path" content="/socket.io">');
  await writeFile(
    join(pages, 'people.html'),
    '<meta name="base" content="/"><script src="./people.js"></script>',
  );
  await writeFile(join(pages, 'chat-page.js'), 'page');
  const memory = openMemoryApplication({ isOpen: false });
  token = memory.authenticator.issue({ role: 'admin', id: 'admin-1' });
  const options = { pageDirectory: pages, socketPath: '/chat/socket.io', logger };
  const { api } = serverOptions(memory);
  const corsOrigin = [PAGE];
  const handler = await createHttpHandler({
    ...serverOptions(memory, options),
    api: { ...api, corsOrigin, isOriginAllowed: (headers) => isOriginAllowed(headers, corsOrigin) },
  });
  chat = { logger, httpHandler: async () => handler } as Partial<Chat> as Chat;
});

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  await (await chat?.httpHandler())?.close();
  await rm(pages, { recursive: true });
});

const handlerAt = (basePath?: string): ChatHttpHandler => createChatHttpHandler({ basePath }, () => chat);

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function jsonOf(response: Promise<Response>) {
  return (await (await response).json()) as { servers: unknown; paths: unknown };
}

/** As Connect does it: the path goes off `url`, and `originalUrl` keeps it. */
function connectAt(mount: string, handler: ChatHttpHandler): RequestListener {
  return (request, response) => {
    const original = request.url ?? '/';
    const rest = original.slice(mount.length);
    const next = (): void => void response.end(`the host: ${request.url}`);
    if (!original.startsWith(mount) || !/^([/?]|$)/.test(rest)) return next();
    Object.assign(request, { originalUrl: original, url: rest.startsWith('/') ? rest : `/${rest}` });
    handler(request, response, () => {
      request.url = original;
      next();
    });
  };
}

const hosts: readonly (readonly [name: string, open: (mount: string) => Promise<string>])[] = [
  ['Express', async (mount) => listen(express().use(mount, handlerAt()).use(ofTheHost))],
  [
    'Express that reads bodies first',
    async (mount) => listen(express().use(express.json()).use(mount, handlerAt()).use(ofTheHost)),
  ],
  [
    'Express within a router',
    async (mount) => {
      const [, first = '', ...rest] = mount.split('/');
      const router = express.Router().use(`/${rest.join('/')}`, handlerAt());
      return listen(express().use(`/${first}`, router).use(ofTheHost));
    },
  ],
  ['Connect', async (mount) => listen(connectAt(mount, handlerAt()))],
  [
    'plain Node',
    async (mount) => {
      const handler = handlerAt(mount);
      return listen((request, response) =>
        handler(request, response, () => void response.end(`the host: ${request.url}`)),
      );
    },
  ],
  [
    'Fastify',
    async (mount) => {
      const app = fastify();
      app.all(mount, handlerAt());
      app.all(`${mount}/*`, handlerAt());
      app.setNotFoundHandler((request, reply) => reply.send(`the host: ${request.url}`));
      await app.ready();
      return listen((request, response) => app.routing(request, response));
    },
  ],
  [
    'a plugin of Fastify with a prefix',
    async (mount) => {
      const app = fastify();
      await app.register(async (scope) => void scope.all('/*', handlerAt()), { prefix: mount });
      app.setNotFoundHandler((request, reply) => reply.send(`the host: ${request.url}`));
      await app.ready();
      return listen((request, response) => app.routing(request, response));
    },
  ],
];

const ofTheHost: express.RequestHandler = (request, response) => {
  response.send(`the host: ${request.originalUrl}`);
};

describe.each(hosts)('in %s', (name, open) => {
  it.each(['/chat', '/support/chat'])(
    'below %s, a page of another origin may ask before it asks',
    async (mount) => {
      const url = await open(mount);
      const preflight = (origin: string, path = '/api/v1/patients/p-1') =>
        fetch(`${url}${mount}${path}`, {
          method: 'OPTIONS',
          headers: {
            origin,
            'access-control-request-method': 'PUT',
            'access-control-request-headers': 'authorization,content-type,if-match',
          },
        });
      const { status, headers } = await preflight(PAGE);
      expect([status, headers.get('access-control-allow-origin')]).toEqual([204, PAGE]);
      expect(headers.get('access-control-allow-methods')).toContain('PUT');
      expect(headers.get('access-control-allow-headers')?.toLowerCase()).toContain('authorization');
      const foreign = await preflight('https://elsewhere.example');
      expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
      const asked = await fetch(`${url}${mount}/api/v1/patients`, {
        headers: { origin: PAGE, authorization: `Bearer ${token}` },
      });
      expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([200, PAGE]);
    },
  );

  it.each(['/chat', '/support/chat'])('below %s, all that is served knows where it lies', async (mount) => {
    const url = await open(mount);
    const get = (path: string) => fetch(`${url}${mount}${path}`, { redirect: 'manual' });
    const post = (path: string, body: object) =>
      fetch(`${url}${mount}/api/v1${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });

    const made = await post('/patients', { id: 'p-1', name: 'Jürgen' });
    expect([made.status, await made.json()]).toEqual([201, { id: 'p-1', name: 'Jürgen' }]);
    const location = made.headers.get('location');
    expect(location).toBe(`${mount}/api/v1/patients/p-1`);
    const headers = { authorization: `Bearer ${token}` };
    expect(await (await fetch(`${url}${location}`, { headers })).json()).toMatchObject({ name: 'Jürgen' });
    expect((await post('/patients', { name: 1 })).status).toBe(400);
    expect((await get('/api/v1/patients')).status).toBe(401);

    const document = await jsonOf(get('/api/openapi.json'));
    expect(document.servers).toEqual([{ url: mount }]);
    expect(document.paths).toHaveProperty('/api/v1/patients');
    expect((await jsonOf(get('/docs/json'))).servers).toEqual([{ url: mount }]);
    expect((await get('/api/asyncapi.json')).status).toBe(200);

    expect((await get('/docs')).headers.get('location')).toBe(`${mount}/docs/`);
    expect(await (await get('/docs/')).text()).toContain('"./static/swagger-ui.css"');
    expect((await get('/docs/static/swagger-ui.css')).status).toBe(200);

    const people = `<meta name="base" content="${mount}/"><script src="${mount}/people.js"></script>`;
    for (const path of ['/', '/c/any']) expect(await (await get(path)).text()).toBe(people);
    const page = await get('/chat-test-client.html');
    expect(await page.text()).toBe('<meta name="socket-path" content="/chat/socket.io">');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await (await get('/chat-page.js')).text()).toBe('page');
    for (const path of ['/healthz', '/readyz', '/metrics']) expect((await get(path)).status, path).toBe(200);

    if (name.startsWith('a plugin')) return;
    const bare = await get('?consultation=c-1');
    expect([bare.status, bare.headers.get('location')]).toEqual([302, `${mount}/?consultation=c-1`]);
  });

  it('what it does not know is the host’s, as if it had not been asked', async () => {
    const url = await open('/chat');
    for (const path of ['/', '/chatter', '/api/v1/patients']) {
      expect(await (await fetch(`${url}${path}`)).text()).toBe(`the host: ${path}`);
    }
    const unknown = await fetch(`${url}/chat/orders?x=1`);
    if (name.includes('Fastify')) {
      // Whose routes go no further.
      expect([unknown.status, await unknown.json()]).toMatchObject([404, { code: 'request.not_found' }]);
      return;
    }
    expect(await unknown.text()).toBe('the host: /chat/orders?x=1');
    expect(unknown.headers.has('content-security-policy')).toBe(false);
    expect(unknown.headers.has('x-request-id')).toBe(false);
  });
});

it('at the root, the host keeps what the chat does not know, bodies too', async () => {
  const app = express().use(handlerAt());
  app.post('/orders', express.json(), (request, response) => void response.json(request.body));
  const url = await listen(app);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  expect((await jsonOf(fetch(`${url}/api/openapi.json`))).servers).toEqual([{ url: '/' }]);
  const headers = { 'content-type': 'application/json' };
  const order = await fetch(`${url}/orders`, { method: 'POST', headers, body: '{"count":2}' });
  expect(await order.json()).toEqual({ count: 2 });
});

it('without anything after it, it answers what it does not know by itself', async () => {
  for (const url of [await listen(handlerAt()), await listen(handlerAt('/chat/'))]) {
    const unknown = await fetch(`${url}/orders`);
    expect([unknown.status, await unknown.json()]).toMatchObject([404, { code: 'request.not_found' }]);
  }
});

it('leads a person at an unknown address to the chat, wherever that lies', async () => {
  const url = await listen(handlerAt('/chat/'));
  const unknown = await fetch(`${url}/chat/orders`, { headers: { accept: 'text/html' } });
  expect([unknown.status, await unknown.text()]).toEqual([404, expect.stringContaining('href="/chat/"')]);
});

it.each([
  'chat',
  '/chat?',
  '//evil.example',
  '/a//b',
  '/#',
  '/a b',
  '/chat\n',
  '/chat/..',
  '/./chat',
  '/%2e%2e/chat',
  '/%zz',
  '/klinik/ärzte',
  '/chat/*',
  '/:clinic/chat',
  '/chat{/*rest}',
  'https://clinic.example/chat',
  7 as never,
])('%s is no base path', (basePath) => {
  expect(() => handlerAt(basePath)).toThrow(TypeError);
});

it('leads nobody to another host', async () => {
  const url = await listen(connectAt('//evil.example', handlerAt()));
  const response = await fetch(`${url}//evil.example`, { redirect: 'manual' });
  expect(response.headers.get('location')).toBeNull();
  expect(await response.text()).toBe('the host: //evil.example');
});

describe('a body that the host has read', () => {
  const post = (url: string, headers: Record<string, string> = {}) =>
    fetch(`${url}/api/v1/patients`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ name: 'Somebody' }),
    });

  it.each([
    ['as JSON', express.json()],
    ['as text', express.text({ type: '*/*' })],
    ['as bytes', express.raw({ type: '*/*' })],
  ])('%s is taken', async (_, reader) => {
    const url = await listen(express().use(reader).use(handlerAt()));
    expect((await post(url)).status).toBe(201);
    const ended = await fetch(`${url}/api/v1/consultations/c-1/end`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    });
    expect(ended.status).toBe(404);
  });

  it('and kept nowhere is told in the log, and nobody waits', async () => {
    const url = await listen(
      express()
        .use((request, _response, next) => void request.resume().once('end', () => next()))
        .use(handlerAt()),
    );
    const response = await post(url);
    expect([response.status, await response.json()]).toMatchObject([500, { code: 'server.error' }]);
    expect(logger.entries).toContainEqual(
      expect.objectContaining({
        event: 'http.body_gone',
        error: expect.objectContaining({ message: expect.stringContaining('put chatHttpHandler first') }),
      }),
    );
  });
});

describe('while no chat runs', () => {
  it('what is the chat’s is answered with 503, and everything else is the host’s', async () => {
    const [running] = [chat];
    chat = undefined;
    const url = await listen(express().use('/chat', handlerAt()).use(ofTheHost));
    for (const path of ['/api/v1/patients', '/healthz', '/readyz', '/docs/', '/']) {
      const response = await fetch(`${url}/chat${path}`);
      expect([response.status, response.headers.get('retry-after')], path).toEqual([503, '1']);
      expect(await response.json()).toMatchObject({ code: 'server.unavailable' });
    }
    expect(await (await fetch(`${url}/chat/orders`)).text()).toBe('the host: /chat/orders');
    chat = running;
    expect((await fetch(`${url}/chat/healthz`)).status).toBe(200);
  });
});

it('answers what is under way before it closes', async () => {
  let isReady: (() => void) | undefined;
  const asked = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  let answer: ((ready: boolean) => void) | undefined;
  const handler = await createHttpHandler(
    serverOptions(openMemoryApplication(), {
      ready: () => {
        isReady?.();
        return new Promise((resolve) => {
          answer = resolve;
        });
      },
    }),
  );
  const mounted = createChatHttpHandler({}, () => ({ logger, httpHandler: async () => handler }) as never);
  const url = await listen(mounted);
  const response = fetch(`${url}/readyz`);
  await asked;
  const closed = handler.close();
  answer?.(true);
  expect((await response).status).toBe(200);
  await (await response).text();
  await closed;
});
