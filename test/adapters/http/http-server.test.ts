import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io as connectSocket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttpServer, type HttpServerOptions } from '../../../src/adapters/http/http-server.js';
import { createRecordingLogger } from '../../../src/adapters/memory/loggers.js';
import { createAsyncApiDocument } from '../../../src/adapters/socketio/asyncapi.js';
import { createSocketIoServer } from '../../../src/adapters/socketio/chat-server.js';
import { attachToHttpServer } from '../../../src/adapters/socketio/http-attachment.js';
import { openMemoryApplication } from '../../support/memory-application.js';
import { serverOptions } from './api-harness.js';

type App = Awaited<ReturnType<typeof createHttpServer>>;

/** What the page is told stands in it in this form. */
const PEOPLE = `<!doctype html>
<meta name="base" content="/">
<meta name="socket-path" content="/socket.io">
<meta name="sign-in" content="token">
<meta name="host-origins" content="">
<title>People</title>
<script type="module" src="./people.js"></script>
    <link rel="preload" href="./people.json" as="fetch" crossorigin="anonymous" data-of="room">
`;

let folder: string;
let app: App | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'page-'));
  const page = join(folder, 'page');
  await mkdir(page);
  await writeFile(join(page, 'chat-test-client.html'), '<!doctype html><title>Chat</title>');
  await writeFile(join(page, 'people.html'), PEOPLE);
  await writeFile(join(page, 'people.js'), 'export {};');
  await writeFile(join(page, 'chat-page.js'), 'export {};');
  await writeFile(join(page, 'chat-page.css'), 'body{}');
  await writeFile(join(page, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(page, '.hidden'), 'secret');
  await writeFile(join(folder, 'outside.txt'), 'secret');
});

afterEach(async () => {
  await app?.close();
  app = undefined;
  await rm(folder, { recursive: true });
});

async function open(options: Partial<HttpServerOptions> = {}): Promise<App> {
  const pageDirectory = join(folder, 'page');
  app = await createHttpServer(serverOptions(openMemoryApplication(), { pageDirectory, ...options }));
  return app;
}

async function serve(options: Partial<HttpServerOptions> = {}): Promise<string> {
  return (await open(options)).listen({ host: '127.0.0.1', port: 0 });
}

/** The path as it is, which `fetch` would tidy up. */
function rawGet(url: string, path: string): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, path }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

it('the description of the socket events is there for everybody', async () => {
  const asyncapi = createAsyncApiDocument({ version: '1.2.3' });
  const response = await fetch(new URL('/api/asyncapi.json', await serve({ asyncapi: () => asyncapi })));
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(await response.json()).toEqual(asyncapi);
});

describe('the page', () => {
  it.each([
    ['/', 'text/html', '<title>People</title>'],
    ['/c/consultation-1', 'text/html', '<title>People</title>'],
    ['/people.js', 'javascript', 'export'],
    ['/chat-test-client.html', 'text/html', '<title>Chat</title>'],
    ['/chat-test-client.html?consultation=c-1', 'text/html', '<title>Chat</title>'],
    ['/chat-page.js', 'javascript', 'export'],
    ['/chat-page.css', 'text/css', 'body'],
    ['/favicon.svg', 'image/svg+xml', '<svg'],
  ])('%s is there', async (path, type, text) => {
    const response = await fetch(new URL(path, await serve()));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain(type);
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('server')).toBeNull();
    expect(response.headers.get('x-powered-by')).toBeNull();
    expect(await response.text()).toContain(text);
  });

  it('of people is told where it is, who may hand in tokens, and whether people choose who they are', async () => {
    const pageServers = ['https://portal.example', 'capacitor://localhost', 'https://a"b.example'];
    const server = await open({ pageServers, socketPath: '/live', isDemo: true });
    const { body, headers } = await server.inject('/c/any');
    expect(body).toContain('<meta name="socket-path" content="/live">');
    expect(body).toContain('<meta name="sign-in" content="demo">');
    expect(body).toContain('content="https://portal.example https://a&quot;b.example"');
    expect(body).toContain('src="/people.js"');
    expect(headers['content-security-policy']).toContain('frame-ancestors https://portal.example');
    expect(headers['content-security-policy']).toContain("connect-src 'self'");
    expect(headers['x-frame-options']).toBeUndefined();
    expect(headers['cross-origin-opener-policy']).toBe('unsafe-none');
    // The client of developers is shown in no frame.
    expect((await server.inject('/chat-test-client.html')).headers['x-frame-options']).toBe('DENY');
  });

  it('of people names what it wants first, and at the address of a conversation what the room wants', async () => {
    const server = await open();
    for (const [address, wanted] of [
      ['/', 0],
      ['/c/any', 1],
    ] as const) {
      const { body, headers } = await server.inject(address);
      expect(headers.link).toContain('</people-start.js>; rel=modulepreload');
      expect(headers.link).toContain('</people.js>; rel=modulepreload');
      expect(body.split('href="/people.json"').length - 1, address).toBe(wanted);
    }
  });

  it('is sent compressed as the build has laid it beside the file, as the browser takes it', async () => {
    for (const ending of ['br', 'gz']) await writeFile(join(folder, 'page', `people.js.${ending}`), ending);
    const server = await open();
    for (const [taken, encoding, text] of [
      ['gzip, deflate, br', 'br', 'br'],
      ['gzip', 'gzip', 'gz'],
      ['identity', undefined, 'export {};'],
    ] as const) {
      const headers = { 'accept-encoding': taken };
      const response = await server.inject({ url: '/people.js', headers });
      expect(response.headers['content-encoding'], taken).toBe(encoding);
      expect(response.headers['content-type'], taken).toContain('javascript');
      expect(response.headers.vary, taken).toContain('accept-encoding');
      expect(response.body).toBe(text);
    }
  });

  it.each(['*', []] as const)(
    'of people takes tokens from no other page where origins are %j',
    async (pageServers) => {
      const { body, headers } = await (await open({ pageServers })).inject('/');
      expect(body).toContain('<meta name="host-origins" content="">');
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['x-frame-options']).toBe('DENY');
      expect(headers['cross-origin-opener-policy']).toBe('same-origin');
    },
  );

  it('is not sent again while it has not changed', async () => {
    const server = await open();
    const first = await server.inject('/chat-page.js');
    const headers = { 'if-none-match': String(first.headers.etag) };
    expect((await server.inject({ url: '/chat-page.js', headers })).statusCode).toBe(304);
  });

  it.each([
    '/../outside.txt',
    '/%2e%2e/outside.txt',
    '/..%2foutside.txt',
    '/.hidden',
    '/%00',
    '/%zz',
    '//etc/passwd',
  ])('is all that there is: %s is not', async (path) => {
    const { status, body } = await rawGet(await serve(), path);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(JSON.parse(body)).toMatchObject({ code: expect.stringMatching(/^request[.]/), status });
  });

  it('is missing without harm when it was not built', async () => {
    const url = await serve({ pageDirectory: join(folder, 'never-built') });
    expect((await fetch(url)).status).toBe(404);
    expect((await fetch(new URL('/healthz', url))).status).toBe(200);
  });
});

describe('an unknown address', () => {
  it('is answered as a problem', async () => {
    const response = await fetch(new URL('/nowhere', await serve()), { method: 'POST' });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toEqual({
      type: 'urn:consultation-chat:problem:request.not_found',
      title: 'There is nothing at this address.',
      status: 404,
      detail: 'There is nothing at this address.',
      code: 'request.not_found',
      requestId: response.headers.get('x-request-id'),
    });
  });

  const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';
  const ask = async (path: string, headers: Readonly<Record<string, string>>, method = 'GET') => {
    const response = await fetch(new URL(path, await serve()), { method, headers });
    return { response, type: response.headers.get('content-type') ?? '', text: await response.text() };
  };

  it.each([
    ['en-GB,en;q=0.9', 'en', 'ltr', 'There is nothing at this address'],
    ['de-AT,de;q=0.9,en;q=0.8', 'de', 'ltr', 'Unter dieser Adresse ist nichts'],
    ['nl,fr-CA;q=0.9,en;q=0.8', 'fr', 'ltr', 'Il n’y a rien à cette adresse'],
    ['en;q=0.1,es', 'es', 'ltr', 'No hay nada en esta dirección'],
    ['ar', 'ar', 'rtl', 'لا يوجد شيء في هذا العنوان'],
    ['pt-BR', 'pt', 'ltr', 'Não há nada neste endereço'],
    ['nl, *;q=0.5', 'en', 'ltr', 'There is nothing at this address'],
    ['<script>', 'en', 'ltr', 'There is nothing at this address'],
  ])('is a page for a browser that wants %s', async (language, lang, dir, title) => {
    for (const path of ['/foo', '/c/a/b?x="><script>', '/missing.html']) {
      const { response, type, text } = await ask(path, { accept: BROWSER, 'accept-language': language });
      expect([response.status, type], path).toEqual([404, 'text/html; charset=utf-8']);
      expect(text).toContain(`<html lang="${lang}" dir="${dir}">`);
      expect(text).toContain(`<title>${title}</title>`);
      expect(text).toContain('<a href="/">');
      expect(text).not.toContain('<script');
      const policy = response.headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(/^default-src 'none';.*; style-src 'sha256-[^ ]+'$/);
      expect(response.headers.get('x-request-id')).not.toBeNull();
      expect(response.headers.get('cache-control')).toBe('no-store');
    }
  });

  it.each([
    ['whoever wants anything', '/foo', { accept: '*/*' }],
    ['whoever would rather have JSON', '/foo', { accept: 'application/json, text/html;q=0.9, */*' }],
    ['whoever will not have HTML', '/foo', { accept: 'text/html;q=0, */*' }],
    ['whoever writes nonsense', '/foo', { accept: ';q=, ,,text/html;q=x' }],
    ['a browser at the API', '/api/v1/nothing', { accept: BROWSER }],
  ])('is a problem for %s', async (_who, path, headers) => {
    const { response, type } = await ask(path, headers);
    expect([response.status, type]).toEqual([404, expect.stringContaining('application/problem+json')]);
  });

  it('is a problem for what a form sends, and a page without a body for HEAD', async () => {
    expect((await ask('/foo', { accept: BROWSER }, 'POST')).type).toContain('application/problem+json');
    const head = await ask('/foo', { accept: BROWSER }, 'HEAD');
    expect([head.response.status, head.type, head.text]).toEqual([404, 'text/html; charset=utf-8', '']);
  });

  it('with a body too large, or none of what it says, is a problem of the caller', async () => {
    const url = await serve();
    const headers = { 'content-type': 'application/json' };
    for (const body of ['x'.repeat(100_000), '{"__proto__":', '']) {
      const response = await fetch(new URL('/healthz', url), { method: 'POST', body, headers });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.status).toBeLessThan(500);
    }
  });
});

describe('a failure inside', () => {
  it('is logged, and told without its words', async () => {
    const logger = createRecordingLogger();
    const server = await open({ logger });
    server.get('/broken', async () => {
      throw new Error('what the patient wrote');
    });
    const response = await server.inject('/broken');
    expect(response.statusCode).toBe(500);
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect(response.body).not.toContain('patient');
    expect(logger.entries.map(({ event }) => event)).toEqual(['http.request_failed']);
  });
});

describe('the probes', () => {
  it('say that the process lives, and that it can serve', async () => {
    const url = await serve();
    const health = await fetch(new URL('/healthz', url));
    expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }]);
    expect(health.headers.get('cache-control')).toBe('no-store');
    expect((await fetch(new URL('/readyz', url))).status).toBe(200);
  });

  it.each([
    ['says no', async () => false],
    ['fails', () => Promise.reject(new Error('the database is down'))],
    ['never answers', () => new Promise<boolean>(() => undefined)],
  ])('are 503 on readiness when the check %s, while the process lives', async (_what, ready) => {
    const url = await serve({ ready, readinessLimitMs: 20 });
    const readiness = await fetch(new URL('/readyz', url));
    expect([readiness.status, await readiness.json()]).toEqual([503, { status: 'unavailable' }]);
    expect((await fetch(new URL('/healthz', url))).status).toBe(200);
  });

  it('tell that nothing is heard of other processes, while the server is as ready as before', async () => {
    let isCutOff = true;
    const url = await serve({ isCutOff: () => isCutOff });
    const readiness = async () => {
      const answer = await fetch(new URL('/readyz', url));
      return [answer.status, await answer.json()];
    };
    expect(await readiness()).toEqual([200, { status: 'ready', peers: 'unreachable' }]);
    isCutOff = false;
    expect(await readiness()).toEqual([200, { status: 'ready' }]);
  });
});

describe('Socket.IO on the same server', () => {
  it.each(['before', 'after'])('attaches %s it listens', async (when) => {
    const server = await open();
    const io = createSocketIoServer({ corsOrigin: [] });
    if (when === 'before') attachToHttpServer(io, server.server);
    const url = await server.listen({ host: '127.0.0.1', port: 0 });
    if (when === 'after') attachToHttpServer(io, server.server);

    for (const transports of [['polling'], ['websocket']]) {
      const socket = connectSocket(url, { forceNew: true, reconnection: false, transports });
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve);
        socket.once('connect_error', reject);
      });
      socket.disconnect();
    }
    const library = await fetch(new URL('/socket.io/socket.io.js', url));
    expect(library.status).toBe(200);
    expect(await library.text()).toContain('Socket.IO');
    expect((await fetch(url)).status).toBe(200);
    await io.close();
    expect((await fetch(new URL('/socket.io/socket.io.js', url))).status).toBe(404);
    expect((await fetch(url)).status).toBe(200);
  });

  it('closes although a browser holds a connection open on which it has not asked for anything', async () => {
    const url = await serve({ closeLimitMs: 20 });
    const { hostname, port } = new URL(url);
    const idle = connect(Number(port), hostname);
    await new Promise((resolve) => idle.once('connect', resolve));
    await fetch(url);
    const closed = new Promise((resolve) => idle.once('close', resolve));
    await app?.close();
    await closed;
  });

  it('shows what is counted, never from a cache', async () => {
    const response = await (await open()).inject('/metrics');
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toContain('text/plain');
    expect(response.headers['cache-control']).toBe('no-store');
    expect(response.body).toBe('up 1\n');
  });
});
