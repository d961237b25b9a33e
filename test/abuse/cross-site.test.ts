import { beforeAll, describe, expect, test } from 'vitest';
import { ask } from '../e2e/client.js';
import { expectUnharmed } from './aftermath.js';
import { type Clinic, HOUSES, IN_DEMO_MODE, openClinics } from './clinic.js';
import { readSurface } from './documents.js';
import { sendRawRequest } from './raw-http.js';
import { openRawWebSocket } from './raw-websocket.js';

const openClinic = openClinics();
const LISTED = 'https://clinic.example';
const POLLING = '/socket.io/?EIO=4&transport=polling';
let clinic: Clinic;
let demo: Clinic;

beforeAll(async () => {
  [clinic, demo] = await Promise.all([openClinic({ CORS_ORIGIN: LISTED }), openClinic(IN_DEMO_MODE)]);
});

/** Origins of pages that somebody else has made; `port` is the server's. */
const OTHERS: readonly ((port: string) => string)[] = [
  () => 'https://evil.example',
  () => 'null',
  () => 'file://',
  () => `${LISTED}.evil.example`,
  () => `${LISTED}:8443`,
  () => 'http://clinic.example',
  () => 'https://CLINIC.example.',
  () => `${LISTED}, https://evil.example`,
  () => `https://evil.example, ${LISTED}`,
  () => `${LISTED}/`,
  (port) => `http://127.0.0.1:${port}.evil.example`,
  (port) => `http://127.0.0.1:${Number(port) + 1}`,
  (port) => `http://localhost:${port}`,
  (port) => `http://evil.example#127.0.0.1:${port}`,
  () => 'http://127.0.0.1',
  () => '',
  () => '*',
];

const REFUSED = ['refused', 403];

/** By WebSocket, where a refusal has whatever status, and by polling. */
async function handshakesOf(server: Clinic, headers: Readonly<Record<string, string>>) {
  const raw = await openRawWebSocket(server.url, { headers });
  if (typeof raw !== 'number') raw.bare.destroy();
  const pairs = Object.entries(headers);
  const polling = await sendRawRequest(server.url, { method: 'GET', target: POLLING, headers: pairs });
  return [typeof raw === 'number' ? 'refused' : 'open', polling?.status ?? 0];
}

describe('a page of another origin', () => {
  test.each(OTHERS.map((origin) => [origin('80'), origin] as const))(
    '%s opens no connection',
    async (_told, origin) => {
      const headers = { origin: origin(new URL(clinic.url).port) };
      expect(await handshakesOf(clinic, headers)).toEqual(REFUSED);
    },
  );

  test('of this server, or listed, opens one', async () => {
    for (const origin of [clinic.url, clinic.url.replace('http:', 'https:'), LISTED]) {
      expect(await handshakesOf(clinic, { origin })).toEqual(['open', 200]);
    }
    expect(await handshakesOf(clinic, {})).toEqual(['open', 200]);
  });

  test('changes nothing over HTTP, by whatever route, not even with a good token', async () => {
    const before = await clinic.query('SELECT count(*) FROM events');
    const { routes } = await readSurface(clinic);
    for (const { method, template } of routes.filter((route) => route.method !== 'GET')) {
      for (const origin of ['https://evil.example', 'null', `${LISTED}.evil.example`]) {
        const answer = await sendRawRequest(clinic.url, {
          method,
          target: template
            .replace('{consultationId}', HOUSES.a.consultationId)
            .replace(/\{\w+\}/g, 'doctor-a'),
          headers: [
            ['Origin', origin],
            ['Authorization', `Bearer ${clinic.token('admin')}`],
            ['Content-Type', 'application/json'],
          ],
          body: '{}',
        });
        expect([template, answer?.status]).toEqual([template, 403]);
        expect(JSON.parse(answer?.body ?? '')).toMatchObject({ code: 'request.origin_forbidden' });
      }
    }
    expect(await clinic.query('SELECT count(*) FROM events')).toEqual(before);
  });

  test('is let to read no answer, and to ask for nothing unusual', async () => {
    for (const [method, target] of [
      ['GET', '/api/v1/doctors'],
      ['OPTIONS', '/api/v1/consultations'],
      ['GET', '/metrics'],
      ['GET', POLLING],
      ['OPTIONS', POLLING],
    ] as const) {
      const answer = await sendRawRequest(clinic.url, {
        method,
        target,
        headers: [
          ['Origin', 'https://evil.example'],
          ['Access-Control-Request-Method', 'POST'],
          ['Access-Control-Request-Headers', 'authorization'],
        ],
      });
      const allowed = new Map(answer?.headers).get('access-control-allow-origin');
      expect([undefined, LISTED], `${method} ${target}`).toContain(allowed);
      expect(new Map(answer?.headers).get('access-control-allow-credentials')).toBeUndefined();
    }
  });
});

describe('in demo mode', () => {
  const port = (): string => new URL(demo.url).port;

  test.each([
    ['a name that was pointed here', () => ({ host: `evil.example:${port()}` })],
    ['a name that only looks local', () => ({ host: `localhost.evil.example:${port()}` })],
    ['an address as a name', () => ({ host: `127.0.0.1.evil.example:${port()}` })],
    ['the address of the network', () => ({ host: `0.0.0.0:${port()}` })],
    ['a proxy that says for whom', () => ({ 'x-forwarded-for': '127.0.0.1' })],
    ['a proxy that says for which host', () => ({ 'x-forwarded-host': 'localhost' })],
    ['a proxy of the standard', () => ({ forwarded: 'for=127.0.0.1;host=localhost' })],
    ['a proxy of another make', () => ({ 'x-real-ip': '127.0.0.1' })],
    ['a proxy that only passed by', () => ({ via: '1.1 localhost' })],
    ['a page of another origin', () => ({ origin: 'https://evil.example' })],
    ['a page of another port', () => ({ origin: `http://localhost:${Number(port()) + 1}` })],
  ])('nobody connects by %s', async (_what, headers) => {
    expect(await handshakesOf(demo, headers())).toEqual(REFUSED);
    const answer = await sendRawRequest(demo.url, {
      method: 'POST',
      target: '/api/v1/patients',
      headers: [...Object.entries(headers()), ['Content-Type', 'application/json']],
      body: '{"id":"patient-rebound","name":"Rebound"}',
    });
    expect(answer?.status).toBe(403);
    expect(await demo.query('SELECT id FROM users')).toEqual([]);
  });

  test('who is here is served', async () => {
    for (const host of ['localhost', '127.0.0.1', '[::1]']) {
      expect(await handshakesOf(demo, { host: `${host}:${port()}` })).toEqual(['open', 200]);
    }
    const socket = await demo.connect(null);
    expect(await ask(socket, 'join_consultation', 'nowhere')).toMatchObject({
      error: { code: 'consultation.not_found' },
    });
  });
});

test('afterwards the server is unharmed', async () => {
  await expectUnharmed({ clinic });
});
