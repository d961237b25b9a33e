import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import { patiently } from '../support/server-process.js';
import { type Canary, expectMemoryBounded, expectUnharmed, openCanary, residentBytes } from './aftermath.js';
import { type Clinic, openClinics } from './clinic.js';
import { within } from './within.js';

const openClinic = openClinics();
let clinic: Clinic;
let canary: Canary;
let memoryBefore: number;

const READERS = 200;
/** 64 MiB, and what can be asked for until that is seen. */
const MAX_WAITING_BYTES = 128 * 1024 * 1024;
/** A reader that takes nothing is cut after 10 s. */
const CUT_LIMIT_MS = 60_000;

beforeAll(async () => {
  clinic = await openClinic();
  canary = await openCanary(clinic);
  memoryBefore = await residentBytes(clinic);
});

interface Dialled {
  readonly socket: Socket;
  readonly received: () => string;
  /** The error that the connection ended with; null for a good end. */
  readonly ended: Promise<Error | null>;
}

/** @param allowHalfOpen whether it may go on sending though the other side has ended. */
async function dial(allowHalfOpen = false): Promise<Dialled> {
  const { hostname, port } = new URL(clinic.url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen });
  let received = '';
  let failure: Error | null = null;
  socket.on('data', (data) => {
    received += data.toString('latin1');
  });
  socket.on('error', (error) => {
    failure = error;
  });
  const ended = new Promise<Error | null>((resolve) => {
    socket.once('close', () => resolve(failure));
  });
  await once(socket, 'connect');
  return { socket, received: () => received, ended };
}

/** All of it, before anything is read. */
async function writeAtOnce(socket: Socket, bytes: Buffer): Promise<void> {
  socket.pause();
  await new Promise<void>((resolve) => socket.write(bytes, () => resolve()));
  socket.resume();
}

const PIECE_BYTES = 65 * 1024;

/** Piece by piece, most of them when it is answered already, as from somebody far away. */
async function writeInPieces(socket: Socket, bytes: Buffer, isAnswered: () => Promise<void>): Promise<void> {
  for (let at = 0; at < bytes.length && !socket.destroyed; at += PIECE_BYTES) {
    const piece = bytes.subarray(at, at + PIECE_BYTES);
    await new Promise<void>((resolve) => socket.write(piece, () => setImmediate(resolve)));
    if (at === 0) await isAnswered();
  }
}

const get = (path: string, headers = ''): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n${headers}\r\n`;

describe('requests in one go on one connection, without a token', () => {
  test.each([
    ['/readyz', 20_000],
    ['/metrics', 5_000],
    ['/healthz', 20_000],
    ['/', 5_000],
    ['/docs', 5_000],
    ['/api/openapi.json', 5_000],
    ['/api/v1/doctors', 5_000],
    ['/socket.io/?EIO=4&transport=polling', 5_000],
  ])('for %s end soon, and others are served meanwhile', async (path, count) => {
    const { socket, received, ended } = await dial();
    socket.write(get(path).repeat(count));
    await canary.singUntil(within(ended, 'the end'));
    expect(received().match(/HTTP\/1\.1 \d/g)?.length ?? 0).toBeLessThanOrEqual(17);
    await expectMemoryBounded(clinic, memoryBefore);
  });

  test('as posts, too', async () => {
    const { socket, received, ended } = await dial();
    const post = 'POST /api/v1/patients HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}';
    const end = within(ended, 'the end');
    socket.write(post.repeat(5_000));
    await canary.singUntil(end);
    expect(received().match(/HTTP\/1\.1 \d/g)?.length ?? 0).toBeLessThanOrEqual(17);
  });
});

describe('a body of 3 MB', () => {
  const BYTES = 3 * 1024 * 1024;
  /** The first one is too large by itself, whatever the chunk says of itself in front of it. */
  const body = Buffer.alloc(BYTES, 'x');
  const chunked = Buffer.concat([
    Buffer.from(`${BYTES.toString(16)}\r\n`),
    body,
    Buffer.from('\r\n0\r\n\r\n'),
  ]);
  const JSON_TYPE = 'Content-Type: application/json\r\n';
  const admin = (): string => `Authorization: Bearer ${clinic.token('admin')}\r\n`;
  const CASES: readonly (readonly [string, () => string, Buffer, string])[] = [
    ['is too large', () => `POST /api/v1/patients|${admin()}${JSON_TYPE}`, body, '413'],
    ['is too large in chunks', () => `POST /api/v1/patients|${admin()}${JSON_TYPE}`, chunked, '413'],
    ['has to be JSON', () => `POST /api/v1/patients|${admin()}Content-Type: text/plain\r\n`, body, '415'],
    ['comes from nobody', () => `POST /api/v1/patients|${JSON_TYPE}`, body, '401'],
    [
      'comes from another page',
      () => `POST /api/v1/patients|${admin()}${JSON_TYPE}Origin: https://evil.example\r\n`,
      body,
      '403',
    ],
    ['is for an address that there is not', () => 'POST /nowhere|Content-Type: text/plain\r\n', body, '404'],
    ['is for a method that there is not', () => `PATCH /api/v1/patients|${admin()}${JSON_TYPE}`, body, '405'],
    [
      'is announced first',
      () => `POST /api/v1/patients|${admin()}${JSON_TYPE}Expect: 100-continue\r\n`,
      body,
      '413',
    ],
    [
      'expects what nobody knows',
      () => `POST /api/v1/patients|${admin()}${JSON_TYPE}Expect: more\r\n`,
      body,
      '417',
    ],
    [
      'has headers that are too large',
      () => `POST /api/v1/patients|X-Large: ${'x'.repeat(20_000)}\r\n`,
      body,
      '431',
    ],
    ['is no request', () => 'POST /api/v1/patients|Content Length: 1\r\n', body, '400'],
    ['is for long polling', () => 'POST /socket.io/?EIO=4&transport=polling&sid=gone|', body, '400'],
  ];

  test.each(CASES)('that %s is answered, ten times of ten', async (_what, head, bytes, status) => {
    const statuses = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const { socket, received, ended } = await dial(true);
        const [line, headers = ''] = head().split('|');
        const length = bytes === chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${bytes.length}`;
        const close = index % 2 === 0 ? 'Connection: close\r\n' : '';
        socket.write(`${line} HTTP/1.1\r\nHost: a\r\n${close}${headers}${length}\r\n\r\n`);
        const isAnswered = () => patiently(() => expect(received()).toMatch(/HTTP\/1\.1 [2-5]/));
        if (index < 5) await writeAtOnce(socket, bytes);
        else await writeInPieces(socket, bytes, isAnswered);
        await isAnswered();
        socket.end();
        const failure = await within(ended, 'the end');
        return failure?.message ?? /HTTP\/1\.1 ([2-5]\d\d)/.exec(received())?.[1];
      }),
    );
    expect(new Set(statuses)).toEqual(new Set([status]));
  });

  test('that never ends is not read for ever', async () => {
    const { socket, received, ended } = await dial();
    socket.write(`POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n`);
    const pour = (): void => {
      while (socket.writable && socket.write(body));
    };
    socket.on('drain', pour);
    pour();
    await within(ended, 'the end', CUT_LIMIT_MS);
    expect(received()).toMatch(/^HTTP\/1\.1 404 /);
    expect(socket.bytesWritten).toBeGreaterThan(BYTES);
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    'or another one is never looked at where there is nothing: %s',
    async (method) => {
      for (const path of ['/nowhere', '/api/v1/nowhere', '/healthz/more', '/api', '/chat-page.js/x']) {
        for (const type of ['application/json', 'text/plain', 'x', '']) {
          const headers: Record<string, string> = type === '' ? {} : { 'content-type': type };
          const response = await fetch(`${clinic.url}${path}`, { method, headers, body: '{"' });
          expect([path, type, response.status]).toEqual([path, type, 404]);
        }
      }
    },
  );
});

test('two hundred who do not read are cut, little is kept for them, and others are served', async () => {
  const readers = await Promise.all(Array.from({ length: READERS }, () => dial()));
  for (const { socket } of readers) {
    socket.pause();
    socket.write(get('/api/openapi.json').repeat(16));
  }
  const areAllCut = patiently(async () => {
    expect(await clinic.metric('http_bytes_waiting')).toBeLessThan(MAX_WAITING_BYTES);
    expect(await clinic.metric('http_requests_under_way')).toBe(1);
  });
  await canary.singUntil(areAllCut);
  for (const { socket } of readers) socket.destroy();
  await expectMemoryBounded(clinic, memoryBefore);
});

test('afterwards the server is unharmed', async () => {
  canary.stop();
  await expectUnharmed({ clinic });
  await expectMemoryBounded(clinic, memoryBefore);
});
