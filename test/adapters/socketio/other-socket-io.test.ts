import { createServer, type Server as HttpServer } from 'node:http';
import express from 'express';
import { Server as OtherServer } from 'socket.io';
import { io as connectSocket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ChatServer, createSocketIoServer } from '../../../src/adapters/socketio/chat-server.js';
import { attachToHttpServer } from '../../../src/adapters/socketio/http-attachment.js';
import { refuseOtherSocketIo } from '../../../src/adapters/socketio/other-socket-io.js';
import { listen } from './chat-harness.js';

let http: HttpServer;
const others: (OtherServer | ChatServer)[] = [];

beforeEach(() => {
  http = createServer(express().use((_request, response) => void response.send('the host')));
});

afterEach(async () => {
  for (const other of others.splice(0)) other.close();
  http.closeAllConnections();
  if (http.listening) await new Promise((resolve) => http.close(resolve));
});

function other(options: ConstructorParameters<typeof OtherServer>[1] = {}): OtherServer {
  const server = new OtherServer(http, options);
  others.push(server);
  return server;
}

function attach(path?: string): ChatServer {
  const io = createSocketIoServer({ corsOrigin: [], path });
  others.push(io);
  attachToHttpServer(io, http);
  return io;
}

async function hears(url: string, path: string, transport: string, event: string): Promise<boolean> {
  const socket = connectSocket(url, { path, transports: [transport], forceNew: true, reconnection: false });
  try {
    return await new Promise<boolean>((resolve, reject) => {
      socket.once(event, () => resolve(true));
      socket.once('connect_error', reject);
    });
  } finally {
    socket.disconnect();
  }
}

const REFUSAL =
  /^another Socket\.IO answers at \/socket\.io of this HTTP server: give the chat a path of its own.*$/;

describe('a Socket.IO of the host on the same path is refused in one line', () => {
  it.each([
    ['as it comes', {}],
    ['without the files of its client', { serveClient: false }],
    ['over long polling only', { transports: ['polling' as const] }],
    ['over WebSocket only', { transports: ['websocket' as const] }],
    ['that leaves upgrades of others alone', { destroyUpgrade: false }],
  ])('%s', async (_, options) => {
    other(options);
    await expect(refuseOtherSocketIo(http, '/socket.io')).rejects.toThrow(REFUSAL);
    await refuseOtherSocketIo(http, '/chat/socket.io');
  });

  it('with middleware of its own, which takes its time', async () => {
    const io = other();
    io.engine.use((_request: unknown, _response: unknown, next: () => void) => setImmediate(next));
    await expect(refuseOtherSocketIo(http, '/socket.io')).rejects.toThrow(REFUSAL);
  });

  it('behind listeners of the host that wrapped it', async () => {
    other({ serveClient: false });
    const [inner] = http.listeners('upgrade') as ((...given: unknown[]) => void)[];
    http.removeAllListeners('upgrade');
    http.on('upgrade', (...given) => inner?.apply(http, given));
    await expect(refuseOtherSocketIo(http, '/socket.io')).rejects.toThrow(REFUSAL);
  });

  it('another chat, too', async () => {
    attach();
    await expect(refuseOtherSocketIo(http, '/socket.io')).rejects.toThrow(REFUSAL);
  });

  it('also where it comes after the chat, and the chat goes on', async () => {
    attach();
    const url = await listen(http);
    expect(() => other()).toThrow(REFUSAL);
    expect(await hears(url, '/socket.io', 'websocket', 'connect')).toBe(true);
  });
});

it('nobody else is asked anything, or minds', async () => {
  let requests = 0;
  http.on('request', () => {
    requests += 1;
  });
  http.on('upgrade', () => {
    throw new Error('a host that expects more than a question has');
  });
  http.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 404 Not Found\r\n\r\n'));
  await refuseOtherSocketIo(http, '/socket.io');
  expect(requests).toBe(0);
});

describe.each(['polling', 'websocket'])('on paths of their own both serve, over %s', (transport) => {
  it.each(['before', 'after'])('the host’s attached %s the chat', async (when) => {
    if (when === 'before') other().on('connection', (socket) => socket.emit('of_the_host'));
    attach('/chat/socket.io');
    if (when === 'after') other().on('connection', (socket) => socket.emit('of_the_host'));
    const url = await listen(http);
    expect(await hears(url, '/socket.io', transport, 'of_the_host')).toBe(true);
    expect(await hears(url, '/chat/socket.io', transport, 'connect')).toBe(true);
    expect(await (await fetch(url)).text()).toBe('the host');
    expect((await fetch(new URL('/chat/socket.io/socket.io.js', url))).status).toBe(200);
  });
});
