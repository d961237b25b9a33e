import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server as SocketIoServer } from 'socket.io';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { ConnectionState } from '../../src/client/connection-state.js';
import { type ConnectOptions, connect } from '../../src/client/index.js';
import { MAX_UNEXPLAINED_FAILURES } from '../../src/client/limits.js';
import { type ChatHarness, openChat } from '../adapters/socketio/chat-harness.js';

const until = <Value>(value: () => Value) => expect.poll(value, { timeout: 20_000, interval: 10 });

/** Every state of a client that connects there. */
function statesAt(url: string, options: ConnectOptions = {}) {
  const connecting = connect(url, { sender: 'user', ...options });
  onTestFinished(() => connecting.close());
  const states: ConnectionState[] = [connecting.state];
  connecting.onState((state) => void states.push(state));
  return states;
}

/** @returns the address of the server, which is closed when the test is over. */
async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Some web site, which answers everything in the same way. */
function serve(status: number, body: string, type = 'text/html'): Promise<string> {
  return listen(
    createServer((_request, response) => {
      response.writeHead(status, { 'content-type': type }).end(body);
    }),
  );
}

const offline = (code: string) => ({
  state: 'offline',
  willRetry: true,
  error: expect.objectContaining({ code }),
});
const page = '<!doctype html><h1>Welcome</h1>';

describe.each([['polling'], ['websocket']])('a client over %s', (transport) => {
  const socketOptions = { transports: [transport] };

  it.each([
    ['a page that is not found', 404, page],
    ['a page that is there whatever the path', 200, page],
    ['a page that wants somebody to sign in', 401, page],
    ['a page that is forbidden', 403, page],
    ['a server that has no such method', 405, ''],
    ['the HTTP API of the chat', 404, '{"code":"request.not_found","message":"No."}'],
  ])('is told by %s that the address is wrong', async (_what, status, body) => {
    const states = statesAt(await serve(status, body), { socketOptions });
    await until(() => states).toContainEqual(expect.objectContaining(offline('client.wrong_path')));
  });

  it('is told by an address where another path has a Socket.IO', async () => {
    const server = createServer((_request, response) => void response.writeHead(404).end('Cannot GET'));
    const other = new SocketIoServer(server, { path: '/chat' });
    onTestFinished(() => other.close());
    const states = statesAt(await listen(server), { socketOptions });
    await until(() => states).toContainEqual(expect.objectContaining(offline('client.wrong_path')));
  });

  it.each([
    [403, 'request.origin_forbidden', {}],
    [429, 'rate.limited', { retryAfterMs: 60_000 }],
    [503, 'server.unavailable', { retryAfterMs: 60_000 }],
  ] as const)('hears a refusal with status %d, and tries again', async (status, code, more) => {
    const refusal = { code, message: 'No.', ...more };
    const states = statesAt(await serve(status, JSON.stringify(refusal), 'application/json'), {
      socketOptions,
    });
    await until(() => states.at(-1)).toMatchObject({ ...offline(code), error: { code, refusal } });
  });

  it('is told at last that there is no connection, and by nothing else, where the server is away or has a fault', async () => {
    for (const url of [await serve(503, ''), await serve(429, ''), 'http://127.0.0.1:1']) {
      const states = statesAt(url, { socketOptions });
      await until(() => states).toContainEqual(offline('client.connection_failed'));
      const codes = states.map((state) => ('error' in state ? state.error?.code : undefined));
      expect(new Set(codes)).toEqual(new Set([undefined, 'client.connection_failed']));
      // A server that starts anew is back before that.
      expect(states.filter((state) => state.state === 'connecting')).toHaveLength(MAX_UNEXPLAINED_FAILURES);
    }
  });
});

it('a client is told that the server answers, but no WebSocket opens', async () => {
  const server = createServer();
  const other = new SocketIoServer(server, { transports: ['polling'] });
  onTestFinished(() => other.close());
  const states = statesAt(await listen(server), { socketOptions: { transports: ['websocket'] } });
  await until(() => states).toContainEqual(offline('client.no_websocket'));
  // The connection that found it out is not left behind.
  await until(() => other.engine.clientsCount).toBe(0);
});

it('a client is told where its requests reach processes in turn, and not the one that has its session', async () => {
  const processes = [new SocketIoServer(), new SocketIoServer()];
  let count = 0;
  const proxy = createServer((request, response) => {
    count += 1;
    processes[count % processes.length]?.engine.handleRequest(request as never, response);
  });
  for (const each of processes) {
    // It handles what the proxy gives to it.
    each.attach(createServer());
    onTestFinished(() => each.close());
  }
  const states = statesAt(await listen(proxy), { socketOptions: { transports: ['polling'] } });
  await until(() => states).toContainEqual(expect.objectContaining(offline('client.session_unknown')));
});

it('a client is told of a Socket.IO that is no chat, where it answers nothing again and again', async () => {
  const server = createServer();
  const other = new SocketIoServer(server);
  onTestFinished(() => other.close());
  const connecting = connect(await listen(server), { sender: 'user', answerTimeoutMs: 50 });
  onTestFinished(() => connecting.close());
  const states: ConnectionState[] = [];
  connecting.onState((state) => void states.push(state));
  connecting.consultation('consultation-1');
  await until(() => states).toContainEqual(offline('client.not_a_chat'));
});

describe('a client of the chat', () => {
  let chat: ChatHarness;

  beforeEach(async () => {
    chat = await openChat();
  });
  afterEach(() => chat.close());

  it('is told that its page is not admitted', async () => {
    for (const transports of [['polling'], ['websocket']]) {
      const extraHeaders = { Origin: 'https://elsewhere.example' };
      const states = statesAt(chat.url, { socketOptions: { transports, extraHeaders } });
      await until(() => states).toContainEqual(offline('request.origin_forbidden'));
    }
  });

  it('is told of a namespace that is not there, and does not try again', async () => {
    for (const transports of [['polling'], ['websocket']]) {
      const states = statesAt(`${chat.url}/chat`, { socketOptions: { transports } });
      await until(() => states.at(-1)).toMatchObject({
        state: 'offline',
        willRetry: false,
        error: { code: 'client.wrong_namespace' },
      });
    }
  });
});
