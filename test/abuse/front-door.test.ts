import { readdir } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import { patiently } from '../support/server-process.js';
import { type Clinic, HOUSES, openClinics } from './clinic.js';
import { type RawRequest, sendRawRequest } from './raw-http.js';
import { openRawWebSocket, type RawWebSocket } from './raw-websocket.js';
import { within } from './within.js';

const openClinic = openClinics();
const EVIL = 'https://evil.example';
const POLLING = '/socket.io/?EIO=4&transport=polling';
const { consultationId, patientId, doctorId } = HOUSES.a;
let clinic: Clinic;

beforeAll(async () => {
  clinic = await openClinic();
});

const ask = (target: string, more: Partial<RawRequest> = {}) =>
  sendRawRequest(clinic.url, { method: 'GET', target, ...more });

/** A patient's session of long polling, in the consultation. @returns the target of its requests. */
async function openPolling(): Promise<string> {
  const opened = await ask(POLLING);
  const { sid } = JSON.parse((opened?.body ?? '').slice(1));
  const target = `${POLLING}&sid=${sid}`;
  const body = `40${JSON.stringify({ token: clinic.token(patientId) })}`;
  expect((await ask(target, { method: 'POST', body }))?.status).toBe(200);
  expect((await ask(target))?.body).toMatch(/^40/);
  return target;
}

async function openSocket(options?: Parameters<typeof openRawWebSocket>[1]): Promise<RawWebSocket> {
  const raw = await openRawWebSocket(clinic.url, options);
  if (typeof raw === 'number') throw new Error(`refused with ${raw}`);
  return raw;
}

async function signedIn(person: string): Promise<RawWebSocket> {
  const raw = await openSocket();
  await raw.ask(`40${JSON.stringify({ token: clinic.token(person) })}`, '40');
  return raw;
}

describe('JSONP', () => {
  test.each(['j=7', '%6a=7', 'j=7&j=8', 'j', 'j=', '%6A=0&x'])('is not spoken: %s', async (parameter) => {
    const session = await openPolling();
    for (const target of [`${POLLING}&${parameter}`, `${session}&${parameter}`]) {
      for (const request of [{}, { method: 'POST', body: 'd=40' }]) {
        const answer = await ask(target, request);
        expect(answer?.status).toBe(400);
        expect(JSON.parse(answer?.body ?? '')).toMatchObject({ code: 'request.jsonp_forbidden' });
      }
    }
  });
});

describe('a session that is known from a URL', () => {
  test.each([
    [[['Origin', EVIL]]],
    [[['Origin', 'null']]],
    [[['Sec-Fetch-Site', 'cross-site']]],
    [[['Sec-Fetch-Site', 'same-site']]],
    [
      [
        ['Origin', 'http://evil@127.0.0.1'],
        ['Sec-Fetch-Site', 'cross-site'],
      ],
    ],
  ] as const)('is no page’s of another origin: %j', async (headers) => {
    const session = await openPolling();
    const forged = { consultationId, sender: 'user', content: 'forged' };
    const posted = await ask(session, {
      method: 'POST',
      headers,
      body: `42${JSON.stringify(['send_message', forged])}`,
    });
    expect([posted?.status, JSON.parse(posted?.body ?? '')]).toMatchObject([
      403,
      { code: 'request.origin_forbidden' },
    ]);
    expect((await ask(session, { headers }))?.status).toBe(403);
    const path = session.replace('polling', 'websocket');
    expect(await openRawWebSocket(clinic.url, { path, headers: Object.fromEntries(headers) })).toBe(403);
    const stored = await clinic.query("SELECT 1 FROM messages WHERE content = 'forged'");
    expect(stored).toEqual([]);
    // It is as it was for who has opened it.
    const mine = `420${JSON.stringify(['join_consultation', consultationId])}`;
    expect((await ask(session, { method: 'POST', body: mine }))?.status).toBe(200);
    expect((await ask(session))?.body).toContain('430[{"ok":true');
  });

  test('is its own page’s, as browsers tell of it', async () => {
    const own = (headers: RawRequest['headers'] & object) => ask(POLLING, { headers });
    for (const site of ['same-origin', 'none'])
      expect((await own([['Sec-Fetch-Site', site]]))?.status).toBe(200);
    const listed = [
      ['Origin', clinic.url],
      ['Sec-Fetch-Site', 'same-origin'],
    ] as const;
    expect((await own(listed))?.status).toBe(200);
    expect((await own([['Sec-Fetch-Site', 'cross-site']]))?.status).toBe(403);
  });

  test('nor does the API answer what such a page lets a browser ask for', async () => {
    for (const method of ['GET', 'POST']) {
      const headers = [
        ['Sec-Fetch-Site', 'cross-site'],
        ['Authorization', `Bearer ${clinic.token('admin')}`],
      ] as const;
      expect((await ask('/api/v1/patients', { method, headers }))?.status).toBe(403);
    }
  });
});

/** One connection that is written to by hand; `text` is all that came so far. */
async function bare(): Promise<{ socket: Socket; text: () => string; closed: Promise<void> }> {
  const { hostname, port } = new URL(clinic.url);
  const socket = connect(Number(port), hostname);
  let heard = '';
  socket.on('data', (chunk) => {
    heard += String(chunk);
  });
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await new Promise((resolve) => socket.once('connect', resolve));
  return { socket, text: () => heard, closed };
}

const head = (line: string, ...headers: string[]) => `${[line, 'Host: x', ...headers].join('\r\n')}\r\n\r\n`;
const FOREIGN = head('GET /x HTTP/1.1', 'Connection: Upgrade', 'Upgrade: websocket');

async function descriptors(): Promise<number> {
  return (await readdir(`/proc/${clinic.server.pid}/fd`)).length;
}

const onLinux = test.runIf(process.platform === 'linux');

describe('an upgrade that nobody wants', () => {
  test('is answered and its connection ends, a kept one too', async () => {
    for (const before of ['', head('GET /healthz HTTP/1.1')]) {
      const { socket, text, closed } = await bare();
      socket.write(before);
      if (before !== '') await patiently(() => expect(text()).toContain('{"status":"ok"}'));
      socket.write(FOREIGN);
      await within(closed, 'the end of the connection');
      expect(text()).toContain('HTTP/1.1 404 Not Found');
    }
  });

  onLinux('leaves no descriptor, whatever the other side does', async () => {
    const before = await descriptors();
    for (let round = 0; round < 6; round += 1) {
      await Promise.all(
        Array.from({ length: 50 }, async (_, index) => {
          const { socket, text } = await bare();
          socket.write(head('GET /healthz HTTP/1.1'));
          await patiently(() => expect(text()).toContain('{"status":"ok"}'));
          socket.write(FOREIGN);
          if (index % 3 === 0) socket.destroy();
          else if (index % 3 === 1) socket.end();
          else socket.resetAndDestroy();
        }),
      );
    }
    await patiently(async () => expect(await descriptors()).toBeLessThanOrEqual(before + 5));
  });

  test.each(['h2c', 'TLS/1.0', 'h2c, websocket', 'H2C'])(
    'to %s is the plain request that it is',
    async (wish) => {
      const { socket, text, closed } = await bare();
      const upgrade = [
        'Connection: Upgrade, HTTP2-Settings',
        `Upgrade: ${wish}`,
        'HTTP2-Settings: AAMAAABkAAQAAP__',
      ];
      socket.write(head('GET /healthz HTTP/1.1', ...upgrade));
      await patiently(() => expect(text()).toContain('{"status":"ok"}'));
      const sent = `{"id":"patient-h2c","name":"${'x'.repeat(50)}"}`;
      const json = [`Authorization: Bearer ${clinic.token('admin')}`, 'Content-Type: application/json'];
      const length = `Content-Length: ${sent.length}`;
      // In two pieces, and another request behind it.
      socket.write(head('PUT /api/v1/nowhere HTTP/1.1', ...upgrade, ...json, length) + sent.slice(0, 10));
      socket.write(`${sent.slice(10)}${head('GET /readyz HTTP/1.1', 'Connection: close')}`);
      await within(closed, 'the end of the connection');
      expect(text().match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 200']);
      expect(text()).toContain('{"status":"ready"}');
    },
  );
});

describe('a connection that sends what is neither request nor answer', () => {
  test.each([
    ['heartbeats', '3'],
    ['acknowledgements', '431[]'],
    ['connects to nowhere', '40/nowhere,'],
    ['packets of no use', '6'],
  ] as const)('is cut: %s', async (_what, packet) => {
    const raw = await signedIn(patientId);
    for (let sent = 0; sent < 500; sent += 1) raw.send(packet);
    await within(raw.closed, 'the end of the connection');
  });

  test.each([
    ['pings', 0x89],
    ['pongs', 0x8a],
  ])('is cut: %s of WebSocket itself', async (_what, opcode) => {
    const raw = await signedIn(patientId);
    // Empty, and masked with zeros. Few are no harm: it is not the frame that ends the connection.
    const frame = Buffer.from([opcode, 0x80, 0, 0, 0, 0]);
    for (let sent = 0; sent < 10; sent += 1) raw.bare.write(frame);
    expect(await raw.ask(`421${JSON.stringify(['join_consultation', consultationId])}`, '431')).toContain(
      '"ok":true',
    );
    for (let sent = 0; sent < 500; sent += 1) raw.bare.write(frame);
    await within(raw.closed, 'the end of the connection');
  });

  test('is cut over long polling, too', async () => {
    const session = await openPolling();
    const body = Array.from({ length: 500 }, () => '3').join('\u001e');
    await ask(session, { method: 'POST', body });
    expect((await ask(session))?.status).toBe(400);
  });

  test('goes on as long as it sends what clients send', async () => {
    const raw = await signedIn(patientId);
    for (let sent = 0; sent < 20; sent += 1) raw.send('3');
    for (let sent = 0; sent < 200; sent += 1)
      raw.send(`42${JSON.stringify(['leave_consultation', 'nowhere'])}`);
    expect(await raw.ask(`421${JSON.stringify(['join_consultation', consultationId])}`, '431')).toContain(
      '"ok":true',
    );
    raw.bare.destroy();
  });
});

test('who signs in behind a request does not become its author', async () => {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const raw = await signedIn(patientId);
    const answers: string[] = [];
    const answered = new Promise<void>((resolve) => {
      for (const id of [1, 2, 3]) {
        void raw.ask('3', `43${id}`).then((text) => {
          answers.push(text);
          if (answers.length === 3) resolve();
        });
      }
    });
    raw.send(`421${JSON.stringify(['mark_read', { consultationId, seq: 1 }])}`);
    raw.send(`422${JSON.stringify(['join_consultation', HOUSES.b.consultationId])}`);
    raw.send(
      `423${JSON.stringify(['authenticate', { token: clinic.token(attempt % 2 === 0 ? doctorId : 'admin') }])}`,
    );
    await within(answered, 'three answers');
    raw.bare.destroy();
    expect(answers.find((text) => text.startsWith('432'))).not.toContain('"ok":true');
  }
  const marks = `SELECT actor_kind FROM events WHERE type = 'MessagesRead' AND actor_kind = 'doctor'`;
  expect(await clinic.query(marks)).toEqual([]);
  const seen = `SELECT 1 FROM access_log WHERE consultation_id = '${HOUSES.b.consultationId}'`;
  expect(await clinic.query(seen)).toEqual([]);
});

test('the server stops as ever, though upgrades that nobody wants were there', async () => {
  const { socket } = await bare();
  socket.write(FOREIGN);
  clinic.server.kill('SIGTERM');
  expect(await clinic.server.exited).toEqual({ code: 0, signal: null });
  expect(clinic.server.log().map(({ event }) => event)).toContain('server.stopped');
  socket.destroy();
});
