import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openTcpProxy, type TcpProxy } from './tcp-proxy.js';

let echo: Server;
let atServer: Socket[];
let proxy: TcpProxy;
let client: Socket;
let received: string;

beforeEach(async () => {
  atServer = [];
  echo = createServer((socket) => {
    atServer.push(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => socket.write(chunk));
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const address = echo.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  proxy = await openTcpProxy(address.port);
  client = await connectClient();
});

afterEach(async () => {
  client.destroy();
  await proxy.close();
  for (const socket of atServer) socket.destroy();
  echo.close();
});

async function connectClient(): Promise<Socket> {
  const socket = connect(Number(new URL(proxy.url).port), '127.0.0.1');
  received = '';
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    received += text;
  });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Not `once`, which takes a reset for a failure. */
function closed(socket: Socket | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (socket === undefined || socket.destroyed) resolve();
    else socket.once('close', () => resolve());
  });
}

async function untilReceived(text: string): Promise<void> {
  await vi.waitFor(() => expect(received).toBe(text), { timeout: 20_000, interval: 5 });
}

describe('the TCP proxy', () => {
  test('passes bytes both ways', async () => {
    client.write('hello');
    await untilReceived('hello');
    expect(proxy.open).toBe(1);
  });

  test('cuts both ends', async () => {
    client.write('x');
    await untilReceived('x');
    const ended = Promise.all([closed(client), closed(atServer[0])]);
    expect(proxy.cut()).toBe(1);
    await ended;
    expect(proxy.open).toBe(0);
  });

  test('cuts in the middle of what the client sends next', async () => {
    client.write('x');
    await untilReceived('x');
    const [socket] = atServer;
    let arrived = '';
    socket?.on('data', (chunk) => {
      arrived += chunk;
    });
    proxy.cutMidway();
    client.write('12345678');
    await closed(client);
    await vi.waitFor(() => expect(arrived).toBe('1234'), { timeout: 20_000 });
  });

  test('severs silently: nothing arrives, nothing closes, new connections pass', async () => {
    client.write('x');
    await untilReceived('x');
    expect(proxy.sever()).toBe(1);
    client.write('into the void');
    const old = client;
    const [severed] = atServer;
    client = await connectClient();
    client.write('new');
    await untilReceived('new');
    expect([old.destroyed, severed?.destroyed]).toEqual([false, false]);
    old.destroy();
    proxy.forget();
    await closed(severed);
  });

  test('holds what the server says until it is released', async () => {
    proxy.hold('from-server');
    client.write('held');
    await once(atServer[0] ?? (await once(echo, 'connection'))[0], 'data');
    const other = await connectClient();
    expect(received).toBe('');
    proxy.release();
    await once(client, 'data');
    other.destroy();
  });

  test('holds what the server says once the client has said something', async () => {
    proxy.holdOnceSaid('now');
    client.write('before');
    await untilReceived('before');
    client.write('right now');
    const [socket] = atServer;
    await vi.waitFor(() => expect(socket?.bytesRead).toBe('beforeright now'.length), { timeout: 20_000 });
    expect(received).toBe('before');
    proxy.release();
    await untilReceived('beforeright now');
  });

  test('delays without changing the order, whatever the delays are', async () => {
    let count = 0;
    proxy.slow(() => {
      count += 1;
      return (count * 7.3) % 5;
    });
    const texts = Array.from({ length: 200 }, (_, index) => `${index},`);
    client.setNoDelay(true);
    for (const text of texts) {
      client.write(text);
      // Each in a packet of its own.
      await new Promise(setImmediate);
    }
    await untilReceived(texts.join(''));
    expect(proxy.delayed).toBeGreaterThan(10);
  });

  test('lets nobody through while it is blocked, and everybody again afterwards', async () => {
    client.write('x');
    await untilReceived('x');
    const ended = closed(client);
    expect(proxy.block()).toBe(1);
    await ended;
    const refused = connect(proxy.port, '127.0.0.1').on('error', () => {});
    await closed(refused);
    expect(atServer).toHaveLength(1);
    proxy.unblock();
    client = await connectClient();
    client.write('again');
    await untilReceived('again');
  });

  test('asks for each connection where it goes, and says where nobody listens', async () => {
    const port = proxy.target;
    const nobody = createServer().listen(0, '127.0.0.1');
    await once(nobody, 'listening');
    const address = nobody.address();
    const deserted = address === null || typeof address === 'string' ? 0 : address.port;
    nobody.close();
    await once(nobody, 'close');
    const deaf: number[] = [];
    await proxy.close();
    proxy = await openTcpProxy({
      next: () => (deaf.length === 0 ? deserted : port),
      unreachable: (where) => deaf.push(where),
    });
    client = await connectClient();
    await closed(client);
    expect([deaf, proxy.target]).toEqual([[deserted], deserted]);
    client = await connectClient();
    client.write('here');
    await untilReceived('here');
    expect(proxy.target).toBe(port);
  });
});
