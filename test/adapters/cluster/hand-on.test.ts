import { once } from 'node:events';
import {
  request as ask,
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { doorOf, FROM_HEADER, makeDoors } from '../../../src/adapters/cluster/doors.js';
import { createHandOn } from '../../../src/adapters/cluster/hand-on.js';
import { openPrivateDoor } from '../../../src/adapters/cluster/private-door.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

interface Worker {
  readonly port: number;
  readonly server: Server;
  stop(): Promise<void>;
}

/** A server as a worker has one: what belongs to another worker is handed on, the rest is answered here. */
async function startWorker(directory: string, worker: number, answer: Answer): Promise<Worker> {
  const handOn = createHandOn({ directory, worker });
  const server = createServer((request, response) => {
    if (!handOn.request(request, response)) answer(request, response);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (handOn.upgrade(request, socket, head)) return;
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\n\r\nworker ${worker} ${request.socket.remoteAddress}\n`,
    );
    socket.write(head);
    socket.pipe(socket);
  });
  const door = await openPrivateDoor(doorOf(directory, worker), server, handOn);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async (): Promise<void> => {
    await door.close();
    handOn.close();
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(stop);
  return { port: (server.address() as AddressInfo).port, server, stop };
}

/** Two workers of one chat. */
async function twoWorkers(answer: (worker: number) => Answer) {
  const doors = await makeDoors();
  onTestFinished(doors.remove);
  const one = await startWorker(doors.directory, 1, answer(1));
  const two = await startWorker(doors.directory, 2, answer(2));
  return { one, two, directory: doors.directory };
}

/** Answers with what has arrived, and who has it. */
function echo(worker: number): Answer {
  return async (request, response) => {
    const { method, url, headers, socket } = request;
    const body = await text(request);
    response.setHeader('Set-Cookie', ['a=1', 'b=2']);
    response.end(JSON.stringify({ worker, method, url, headers, from: socket.remoteAddress, body }));
  };
}

interface Reply {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

async function call(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body = '' } = {},
): Promise<Reply> {
  const request = ask({ port, host: '127.0.0.1', path, method, headers: { ...headers } });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

const SESSION_OF_TWO = '/socket.io/?EIO=4&transport=polling&sid=2.abc';

test('a request goes to the worker that has the session, as it came and from where it came', async () => {
  const { one } = await twoWorkers(echo);
  const headers = { 'X-Forwarded-For': '203.0.113.7', Cookie: 'c=3' };
  const reply = await call(one.port, SESSION_OF_TWO, { method: 'POST', headers, body: '4hello' });
  const seen = JSON.parse(reply.body);
  expect(seen).toMatchObject({
    worker: 2,
    method: 'POST',
    url: SESSION_OF_TWO,
    from: '127.0.0.1',
    body: '4hello',
  });
  expect(seen.headers).toMatchObject({ 'x-forwarded-for': '203.0.113.7', cookie: 'c=3' });
  expect(seen.headers).not.toHaveProperty(FROM_HEADER);
  expect(reply.headers['set-cookie']).toEqual(['a=1', 'b=2']);
});

test('a body without a length arrives whole', async () => {
  const { one } = await twoWorkers(echo);
  const headers = { 'Transfer-Encoding': 'chunked' };
  const body = 'x'.repeat(200_000);
  const reply = await call(one.port, SESSION_OF_TWO, { method: 'POST', headers, body });
  expect(JSON.parse(reply.body)).toMatchObject({ worker: 2, body });
});

test('a request of its own, or of no session, stays', async () => {
  const { one, two } = await twoWorkers(echo);
  for (const path of ['/socket.io/?EIO=4&transport=polling', '/healthz', '/socket.io/?sid=1.abc'])
    expect(JSON.parse((await call(one.port, path)).body).worker).toBe(1);
  expect(JSON.parse((await call(two.port, SESSION_OF_TWO)).body).worker).toBe(2);
});

test('where a client says it has come from is not believed', async () => {
  const { one } = await twoWorkers(echo);
  const reply = await call(one.port, SESSION_OF_TWO, { headers: { [FROM_HEADER]: '198.51.100.1' } });
  expect(JSON.parse(reply.body)).toMatchObject({ worker: 2, from: '127.0.0.1' });
});

test('the session of a worker that is gone is an unknown one, which begins another', async () => {
  const { one, two } = await twoWorkers(echo);
  await two.stop();
  const reply = await call(one.port, SESSION_OF_TWO);
  expect(reply.status).toBe(400);
  expect(JSON.parse(reply.body)).toEqual({ code: 1, message: 'Session ID unknown' });
});

test('what was handed on once goes no further, whoever it belongs to', async () => {
  const { directory } = await twoWorkers(echo);
  const request = ask({
    socketPath: doorOf(directory, 1),
    path: SESSION_OF_TWO,
    headers: { [FROM_HEADER]: '192.0.2.9' },
  });
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  expect(JSON.parse(await text(response))).toMatchObject({ worker: 1, from: '192.0.2.9' });
});

test('who hangs up takes the request at the other worker along', async () => {
  let cut: () => void = () => {};
  const wasCut = new Promise<void>((resolve) => {
    cut = resolve;
  });
  let arrived: () => void = () => {};
  const hasArrived = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const { one } = await twoWorkers(() => (_, response) => {
    response.on('close', cut);
    arrived();
  });
  const request = ask({ port: one.port, host: '127.0.0.1', path: SESSION_OF_TWO });
  request.on('error', () => {});
  request.end();
  await hasArrived;
  request.destroy();
  await wasCut;
});

test('an upgrade of such a session is handed on with what comes behind it, both ways', async () => {
  const { one } = await twoWorkers(echo);
  const socket = connect(one.port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  const path = '/socket.io/?EIO=4&transport=websocket&sid=2.abc';
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: chat\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nearly`,
  );
  await until(socket, 'worker 2 127.0.0.1\nearly');
  socket.write(' late');
  await until(socket, ' late');
});

test('an upgrade for a worker that is gone is cut', async () => {
  const { one, two } = await twoWorkers(echo);
  await two.stop();
  const socket = connect(one.port, '127.0.0.1');
  socket.on('error', () => {});
  const path = '/socket.io/?EIO=4&transport=websocket&sid=2.abc';
  socket.write(`GET ${path} HTTP/1.1\r\nHost: chat\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
  await once(socket, 'close');
});

async function until(socket: Duplex, expected: string): Promise<void> {
  let heard = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    heard += String(chunk);
    if (heard.includes(expected)) return;
  }
  expect(heard).toContain(expected);
}
