import { createServer, type Server as HttpServer, type RequestListener } from 'node:http';
import { connect as connectTcp } from 'node:net';
import type { Duplex } from 'node:stream';
import express from 'express';
import { io as connectSocket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type ChatServer,
  createSocketIoServer,
  type SocketIoServerOptions,
} from '../../../src/adapters/socketio/chat-server.js';
import { attachToHttpServer } from '../../../src/adapters/socketio/http-attachment.js';
import { attachSocketIoTransport } from '../../../src/adapters/socketio/transport.js';
import { openMemoryApplication } from '../../support/memory-application.js';
import { listen } from './chat-harness.js';

const hello: RequestListener = (_request, response) => {
  response.end('the host');
};

let http: HttpServer;
let io: ChatServer;

beforeEach(() => {
  http = createServer(hello);
});

afterEach(async () => {
  if (io.httpServer !== undefined) await io.close();
  http.closeAllConnections();
  if (http.listening) await new Promise((resolve) => http.close(resolve));
});

async function serve(options: Partial<SocketIoServerOptions> = {}): Promise<string> {
  io = createSocketIoServer({ corsOrigin: [], ...options });
  attachToHttpServer(io, http);
  return listen(http);
}

function connects(url: string, transport: string, origin?: string): Promise<boolean> {
  const extraHeaders = origin === undefined ? {} : { origin };
  const options = { forceNew: true, reconnection: false, transports: [transport], extraHeaders };
  const socket = connectSocket(url, options);
  return new Promise((resolve) => {
    socket.once('connect', () => {
      socket.disconnect();
      resolve(true);
    });
    socket.once('connect_error', () => resolve(false));
  });
}

describe('the origin of a page', () => {
  describe.each(['polling', 'websocket'])('over %s', (transport) => {
    it('may be missing, this server, or a listed one; others are turned away', async () => {
      const url = await serve({ corsOrigin: ['https://clinic.example'] });
      expect(await connects(url, transport)).toBe(true);
      expect(await connects(url, transport, url)).toBe(true);
      expect(await connects(url, transport, 'https://clinic.example')).toBe(true);
      expect(await connects(url, transport, 'https://clinic.example.evil.test')).toBe(false);
      expect(await connects(url, transport, 'http://clinic.example')).toBe(false);
      expect(await connects(url, transport, 'http://127.0.0.1')).toBe(false);
      expect(await connects(url, transport, 'null')).toBe(false);
    });

    it('may be any where the configuration says so', async () => {
      const url = await serve({ corsOrigin: '*' });
      expect(await connects(url, transport, 'https://anybody.example')).toBe(true);
    });
  });

  it('is told to the browser in CORS headers', async () => {
    const url = new URL(
      '/socket.io/?EIO=4&transport=polling',
      await serve({ corsOrigin: ['https://clinic.example'] }),
    );
    const listed = await fetch(url, { headers: { origin: 'https://clinic.example' } });
    expect(listed.headers.get('access-control-allow-origin')).toBe('https://clinic.example');
    const other = await fetch(url, { headers: { origin: 'https://evil.example' } });
    expect(other.status).toBe(403);
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('an HTTP server that belongs to somebody else', () => {
  it('goes on with its own requests, and gets everything back when the chat closes', async () => {
    const url = await serve();
    expect(await (await fetch(url)).text()).toBe('the host');
    expect(await (await fetch(new URL('/socket.iota', url))).text()).toBe('the host');
    expect((await fetch(new URL('/socket.io/socket.io.js', url))).status).toBe(200);
    expect(await connects(url, 'websocket')).toBe(true);
    await io.close();
    expect(http.listening).toBe(true);
    expect(http.listeners('request')).toEqual([hello]);
    expect(http.listenerCount('upgrade')).toBe(0);
    expect(await (await fetch(new URL('/socket.io/socket.io.js', url))).text()).toBe('the host');
  });

  it('may carry the chat again after it was closed', async () => {
    const url = await serve();
    await io.close();
    io = createSocketIoServer({ corsOrigin: [] });
    attachToHttpServer(io, http);
    expect(await connects(url, 'polling')).toBe(true);
    expect(await connects(url, 'websocket')).toBe(true);
    expect(await (await fetch(url)).text()).toBe('the host');
  });

  it('keeps what others put in front of the chat', async () => {
    const url = await serve();
    const inner = http.listeners('request') as RequestListener[];
    http.removeAllListeners('request');
    http.on('request', (request, response) => {
      response.setHeader('x-wrapped', 'yes');
      for (const listener of inner) Reflect.apply(listener, http, [request, response]);
    });
    await io.close();
    const response = await fetch(new URL('/socket.io/socket.io.js', url));
    expect([response.headers.get('x-wrapped'), await response.text()]).toEqual(['yes', 'the host']);
  });

  it('may be an Express application', async () => {
    const app = express();
    app.get('/', (_request, response) => void response.send('express'));
    http = createServer(app);
    const url = await serve();
    expect(await (await fetch(url)).text()).toBe('express');
    expect((await fetch(new URL('/nowhere', url))).status).toBe(404);
    expect(await connects(url, 'polling')).toBe(true);
  });

  it('has its own upgrades left alone', async () => {
    http.on('upgrade', (request, socket) => {
      if (request.url === '/own') socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\nthe host');
    });
    const url = new URL(await serve());
    const socket = connectTcp(Number(url.port), url.hostname);
    socket.write('GET /own HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: own\r\n\r\n');
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    expect(answer).toContain('the host');
  });

  it('answers its own upgrades as late as it likes, and keeps them when the chat closes', async () => {
    const url = new URL(await serve());
    const ofTheHost = new Promise<Duplex>((resolve) => {
      http.on('upgrade', (request, socket) => {
        if (request.url === '/own') resolve(socket);
      });
    });
    const own = connectTcp(Number(url.port), url.hostname);
    own.write('GET /own HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    const socket = await ofTheHost;
    const silent = connectTcp(Number(url.port), url.hostname);
    silent.write(
      `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${url.host}\r\nConnection: Upgrade\r\n` +
        'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    await new Promise((resolve) => silent.once('data', resolve));
    silent.resume();
    const cut = new Promise((resolve) => silent.once('close', resolve));
    await io.close();
    // A second later, when what has not said goodbye is cut.
    await cut;
    expect([socket.destroyed, socket.writable]).toEqual([false, true]);
    socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\nthe host');
    let answer = '';
    for await (const chunk of own) answer += String(chunk);
    expect(answer).toContain('the host');
  });

  it('has the one upgrade left alone that it listens for', async () => {
    http.once('upgrade', (_request, socket) => {
      setImmediate(() => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\nthe host'));
    });
    const url = new URL(await serve());
    const socket = connectTcp(Number(url.port), url.hostname);
    socket.write('GET /own HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    expect(answer).toBe('HTTP/1.1 101 Switching Protocols\r\n\r\nthe host');
  });

  it('has upgrades that nobody listens to answered, from the moment on when it listens no more', async () => {
    const url = new URL(await serve());
    const listener = (_request: unknown, socket: Duplex): void => {
      socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\nthe host');
    };
    const answerTo = async (): Promise<string> => {
      const socket = connectTcp(Number(url.port), url.hostname);
      socket.write('GET /own HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      let answer = '';
      for await (const chunk of socket) answer += String(chunk);
      return answer;
    };
    http.on('upgrade', listener);
    expect(await answerTo()).toContain('the host');
    http.off('upgrade', listener);
    expect(await answerTo()).toContain('404 Not Found');
  });

  it('can close soon although a client never says goodbye', async () => {
    const url = new URL(await serve());
    const silent = connectTcp(Number(url.port), url.hostname);
    silent.write(
      `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${url.host}\r\nConnection: Upgrade\r\n` +
        'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    await new Promise((resolve) => silent.once('data', resolve));
    silent.resume();
    await io.close();
    await new Promise((resolve) => http.close(resolve));
  });
});

describe('a transport on a server that was never attached', () => {
  it('closes without complaint', async () => {
    io = createSocketIoServer({ corsOrigin: [] });
    const { application, logger, metrics } = openMemoryApplication();
    await attachSocketIoTransport({ io, sessions: application.sessions, logger, metrics }).close();
  });
});
