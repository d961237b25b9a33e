import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { ConnectionState } from '../../src/client/connection-state.js';
import { type ConnectOptions, connect } from '../../src/client/index.js';
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

/** Some web site. */
async function serve(status: number, body: string): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'text/html' }).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a client that was pointed at something else', () => {
  const wrongPath = {
    state: 'offline',
    willRetry: true,
    error: expect.objectContaining({ code: 'client.wrong_path' }),
  };

  it.each([
    ['a page that is not found', 404, '<!doctype html><h1>Not found</h1>'],
    ['a page that is there whatever the path', 200, '<!doctype html><h1>Welcome</h1>'],
  ])('is told so by %s', async (_what, status, body) => {
    const url = await serve(status, body);
    const states = statesAt(url);
    await until(() => states).toContainEqual(expect.objectContaining(wrongPath));
  });

  it('is told nothing of the kind where the server is away, or has a fault', async () => {
    for (const url of [await serve(503, ''), 'http://127.0.0.1:1']) {
      const states = statesAt(url);
      await until(() => states).toContainEqual({ state: 'offline', willRetry: true });
    }
  });
});

describe('a client of the chat', () => {
  let chat: ChatHarness;

  beforeEach(async () => {
    chat = await openChat();
  });
  afterEach(() => chat.close());

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
