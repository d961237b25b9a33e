import { once } from 'node:events';
import { connect, type Socket as NetSocket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectMemoryBounded, expectUnharmed, openCanary, residentBytes } from './aftermath.js';
import { type Clinic, HOUSES, IS_LONG_RUN, openClinics } from './clinic.js';
import { sendRawRequest } from './raw-http.js';
import { openRawWebSocket, type RawWebSocket } from './raw-websocket.js';
import { within } from './within.js';

const openClinic = openClinics();
let clinic: Clinic;
let memoryBefore: number;

const LIMIT_BYTES = 64 * 1024;
const SLOW_ONES = 100;
/** A request may take 30 s to arrive; generous, because machines are slow at times. */
const SLOW_LIMIT_MS = 90_000;
const WORD = 'Uebergross';

beforeAll(async () => {
  clinic = await openClinic();
  memoryBefore = await residentBytes(clinic);
});

const asAdmin = (): readonly [string, string] => ['Authorization', `Bearer ${clinic.token('admin')}`];
const JSON_BODY = ['Content-Type', 'application/json'] as const;

describe('a request that is too large', () => {
  const path = '/api/v1/patients';
  const bodyOf = (bytes: number): string => {
    const frame = JSON.stringify({ name: WORD, padding: '' });
    return JSON.stringify({ name: WORD, padding: 'x'.repeat(bytes - frame.length) });
  };
  const chunked = (body: string): string => `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

  test('is refused, with its length announced or not', async () => {
    const body = bodyOf(LIMIT_BYTES + 1);
    const headers = [asAdmin(), JSON_BODY];
    const encoding = ['Transfer-Encoding', 'chunked'] as const;
    const requests = [
      { method: 'POST', target: path, headers, body },
      { method: 'POST', target: path, headers: [...headers, encoding], body: chunked(body) },
      {
        method: 'POST',
        target: path,
        headers: [...headers, ['Content-Length', '99999999999'] as const],
        body: '{',
      },
    ];
    for (const request of requests) {
      const answer = await sendRawRequest(clinic.url, request);
      expect(answer?.status).toBe(413);
      expect(JSON.parse(answer?.body ?? '')).toMatchObject({ code: 'request.too_large' });
    }
    const fitting = { method: 'POST', target: path, headers, body: bodyOf(LIMIT_BYTES) };
    expect((await sendRawRequest(clinic.url, fitting))?.status).toBe(201);
  });

  test.each([
    ['one header', { target: '/healthz', headers: [['X-Large', 'x'.repeat(20_000)] as const] }],
    [
      'headers',
      {
        target: '/healthz',
        headers: Array.from({ length: 2_000 }, (_, n) => [`X-${n}`, 'x'.repeat(20)] as const),
      },
    ],
    ['the address', { target: `/${'x'.repeat(20_000)}` }],
    ['the query', { target: `/api/v1/doctors?after=${'x'.repeat(20_000)}` }],
  ])('by %s is refused, too', async (_what, request) => {
    const answer = await sendRawRequest(clinic.url, { method: 'GET', ...request });
    expect(answer?.status).toBe(431);
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({ code: 'request.headers_too_large' });
  });

  test('when it is unpacked is not unpacked', async () => {
    const body = gzipSync(Buffer.alloc(50 * 1024 * 1024));
    expect(body.length).toBeLessThan(LIMIT_BYTES);
    const headers = [asAdmin(), JSON_BODY, ['Content-Encoding', 'gzip'] as const];
    const answer = await sendRawRequest(clinic.url, { method: 'POST', target: path, headers, body });
    expect([400, 415]).toContain(answer?.status);
  });

  test('as a post of long polling is refused', async () => {
    const polling = '/socket.io/?EIO=4&transport=polling';
    const opened = await sendRawRequest(clinic.url, { method: 'GET', target: polling });
    const { sid, maxPayload } = JSON.parse(opened?.body.slice(1) ?? '');
    expect(maxPayload).toBe(LIMIT_BYTES);
    const body = `42["send_message",{"content":"${WORD}${'x'.repeat(LIMIT_BYTES)}"}]`;
    const target = `${polling}&sid=${sid}`;
    expect((await sendRawRequest(clinic.url, { method: 'POST', target, body }))?.status).toBe(413);
    const encoding = ['Transfer-Encoding', 'chunked'] as const;
    const answer = await sendRawRequest(clinic.url, {
      method: 'POST',
      target,
      headers: [encoding],
      body: chunked(body),
    });
    expect(answer?.status ?? 413).toBe(413);
  });
});

async function openRaw(headers: Readonly<Record<string, string>> = {}): Promise<RawWebSocket> {
  const raw = await openRawWebSocket(clinic.url, { headers });
  if (typeof raw === 'number') throw new Error(`the handshake was refused with ${raw}`);
  await raw.ask(`40${JSON.stringify({ token: clinic.token(HOUSES.a.patientId) })}`, '40');
  return raw;
}

describe('a WebSocket message that is too large closes its connection alone', () => {
  const TOO_LARGE = 1009;
  const PROTOCOL_ERROR = 1002;

  test('as one frame', async () => {
    const raw = await openRaw();
    raw.send(`42["typing",{"padding":"${'x'.repeat(LIMIT_BYTES)}"}]`);
    expect(await within(raw.closed, 'the end')).toBe(TOO_LARGE);
  });

  test('as a frame that only says that it is, and never ends', async () => {
    for (const length of [LIMIT_BYTES + 1, 2 ** 31, 2 ** 52]) {
      const raw = await openRaw();
      raw.send('42["typing",', { length });
      expect(await within(raw.closed, 'the end'), String(length)).toBe(TOO_LARGE);
    }
  });

  test('in fragments that never end', async () => {
    const raw = await openRaw();
    raw.send('42["typing","', { isLast: false });
    for (let fragment = 0; fragment < 3; fragment += 1) {
      raw.send('x'.repeat(LIMIT_BYTES / 2), { opcode: 0, isLast: false });
    }
    expect(await within(raw.closed, 'the end')).toBe(TOO_LARGE);
  });

  test('compressed: compression is not agreed to, and frames that use it are none', async () => {
    const offer = 'permessage-deflate; client_max_window_bits, x-webkit-deflate-frame';
    const raw = await openRaw({ 'sec-websocket-extensions': offer });
    expect(raw.extensions).toBeUndefined();
    raw.send(gzipSync(Buffer.alloc(1024 * 1024)), { isCompressed: true });
    expect(await within(raw.closed, 'the end')).toBe(PROTOCOL_ERROR);
  });

  test('up to the limit it is read', async () => {
    const raw = await openRaw();
    const start = '421["leave_consultation",{"consultationId":"consultation-a","padding":"';
    const answer = raw.ask(`${start}${'x'.repeat(LIMIT_BYTES - start.length - 3)}"}]`, '431');
    expect(await within(answer, 'the answer')).toContain('"ok":true');
    raw.bare.destroy();
  });

  test('a packet of many attachments that never come is forgotten with its connection', async () => {
    const raw = await openRaw();
    raw.send('451-["typing",{"_placeholder":true,"num":0}]');
    raw.send('x'.repeat(1_000));
    await within(raw.closed, 'the end');
  });
});

/** Connections that say the beginning, and go on with one byte at a time for as long as they may. */
async function openSlow(beginning: string): Promise<readonly NetSocket[]> {
  const { hostname, port } = new URL(clinic.url);
  return Promise.all(
    Array.from({ length: SLOW_ONES }, async () => {
      const socket = connect({ host: hostname, port: Number(port) });
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.resume();
      socket.write(beginning);
      const drip = setInterval(() => socket.write('x'), 1_000);
      socket.once('close', () => clearInterval(drip));
      return socket;
    }),
  );
}

describe('a hundred that take their time', () => {
  const KINDS: Readonly<Record<string, () => string>> = {
    'say nothing': () => '',
    'never end their headers': () => 'GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ',
    'never end their body': () =>
      `POST /api/v1/patients HTTP/1.1\r\nHost: a\r\n${asAdmin().join(': ')}\r\n${JSON_BODY.join(': ')}\r\nContent-Length: 60000\r\n\r\n{"`,
    'never end a post of long polling': () =>
      'POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n4',
  };

  test.each(Object.keys(KINDS))('because they %s keep nobody else from being served', async (kind) => {
    const slow = await openSlow(KINDS[kind]?.() ?? '');
    const canary = await openCanary(clinic);
    for (let song = 0; song < 5; song += 1) await canary.sing();
    expect((await clinic.call({ path: '/readyz' })).status).toBe(200);
    canary.stop();
    for (const socket of slow) socket.destroy();
  });

  test('with a frame of a WebSocket do not, either', async () => {
    const slow = await Promise.all(Array.from({ length: SLOW_ONES }, () => openRaw()));
    for (const raw of slow) raw.send('42["typing",', { length: LIMIT_BYTES - 1 });
    const canary = await openCanary(clinic);
    for (let song = 0; song < 5; song += 1) await canary.sing();
    canary.stop();
    for (const raw of slow) raw.bare.destroy();
  });

  test.runIf(IS_LONG_RUN).each(Object.keys(KINDS))(
    'because they %s are cut off',
    async (kind) => {
      const slow = await openSlow(KINDS[kind]?.() ?? '');
      const ends = slow.map((socket) => (socket.closed ? undefined : once(socket, 'close')));
      await within(Promise.all(ends), 'the end of all', SLOW_LIMIT_MS);
    },
    SLOW_LIMIT_MS + 30_000,
  );
});

test('afterwards the server is unharmed', async () => {
  await expectUnharmed({ clinic, words: [WORD] });
  await expectMemoryBounded(clinic, memoryBefore);
});
