import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import { type ManagerOptions, type Socket, type SocketOptions, io as socketOf } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { closeChatSocket, type HostIdentity, initChatSocket } from '../../src/index.js';
import { openConsultation, tomorrow } from '../support/clinic.js';
import { createTestDatabase } from '../support/postgres.js';
import { withBackOffice } from './back-office.js';
import { ask, collect, join, send } from './client.js';

const SIGN_IN_LASTS_MS = 1_500;

/** The host application's own sessions: of a browser by its cookie, of a telephone by its token. */
const people = new Map<string, () => HostIdentity>([
  ['jo', () => ({ id: 'patient-1', role: 'patient' })],
  ['ada', () => ({ id: 'doctor-1', role: 'doctor', expiresAt: null })],
  ['sam', () => ({ id: 'patient-2', role: 'patient' })],
  ['brief', () => ({ id: 'patient-1', role: 'patient', expiresAt: new Date(Date.now() + SIGN_IN_LASTS_MS) })],
  ['past', () => ({ id: 'patient-1', role: 'patient', expiresAt: new Date(Date.now() - 1) })],
  ['odd', () => ({ id: 'patient 1; DROP', role: 'root' }) as unknown as HostIdentity],
]);

function sessionIn(cookie = ''): string | undefined {
  return /(?:^|; )session=(\w+)/.exec(cookie)?.[1];
}

function clinicApp(): Express {
  const app = express();
  app.get('/whoami', (request, response) => {
    response.json(people.get(sessionIn(request.headers.cookie) ?? '')?.() ?? null);
  });
  return app;
}

const server = createServer(clinicApp());
const sockets: Socket[] = [];
const seen: unknown[] = [];
let url: string;
let dropDatabase: () => Promise<void>;

beforeAll(async () => {
  const { databaseUrl, drop } = await createTestDatabase();
  dropDatabase = drop;
  const expiresAt = tomorrow(Date.now());
  await withBackOffice(databaseUrl, async ({ application }) => {
    await openConsultation(application, { expiresAt });
    await openConsultation(application, { consultationId: 'of-sam', patientId: 'patient-2', expiresAt });
  });
  await initChatSocket(server, {
    databaseUrl,
    logLevel: 'silent',
    authenticate: async ({ channel, token, headers }) => {
      seen.push(channel);
      const session = token ?? sessionIn(String(headers['cookie'] ?? ''));
      if (session === 'broken') throw new Error('the session store of clinic.example is out of reach');
      return session === undefined ? null : people.get(session)?.();
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.disconnect();
});

afterAll(async () => {
  await closeChatSocket();
  server.close();
  server.closeAllConnections();
  await dropDatabase();
});

function connect(options: Partial<ManagerOptions & SocketOptions>): Promise<Socket> {
  const socket = socketOf(url, { forceNew: true, reconnection: false, ...options });
  sockets.push(socket);
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('connect_error', reject);
  });
}

const withCookie = (session: string) =>
  connect({ extraHeaders: { cookie: `theme=dark; session=${session}` } });
const withToken = (token: string) => connect({ auth: { token } });

test('the sessions of an Express application are who its sockets are', async () => {
  const cookie = 'session=jo';
  expect(await (await fetch(`${url}/whoami`, { headers: { cookie } })).json()).toEqual({
    id: 'patient-1',
    role: 'patient',
  });

  const patient = await withCookie('jo');
  const doctor = await withToken('ada');
  expect(await join(patient, 'consultation-1')).toMatchObject({ ok: true });
  expect(await join(doctor, 'consultation-1')).toMatchObject({ ok: true });
  const heard = collect(doctor, 'new_message');
  expect(await send(patient, 'consultation-1', 'Hello')).toMatchObject({ ok: true });
  await expect.poll(() => heard).toMatchObject([{ content: 'Hello', user: { id: 'patient-1' } }]);
  expect(await send(patient, 'consultation-1', 'Hello', { sender: 'doctor' })).toMatchObject({
    error: { code: 'consultation.forbidden' },
  });
  const elsewhere = await join(patient, 'of-sam');
  expect(elsewhere).toMatchObject({ error: { code: 'consultation.not_found' } });
  expect(await join(patient, 'nowhere')).toEqual(elsewhere);
  expect(new Set(seen)).toEqual(new Set(['socket']));
});

test.each([
  ['nothing', {}],
  ['no token', { auth: {} }],
  ['an empty token', { auth: { token: '' } }],
  ['null', { auth: { token: null } }],
  ['no token, over a WebSocket', { transports: ['websocket'] }],
  ['no token, over polling', { transports: ['polling'] }],
])('the host is asked for cookies that come with %s', async (_what, options) => {
  const asks = (session: string) =>
    connect({ ...options, extraHeaders: { cookie: `theme=dark; session=${session}` } });
  expect(await join(await asks('jo'), 'consultation-1')).toMatchObject({ ok: true });
  expect(await asks('odd').catch(({ data }) => data)).toMatchObject({ code: 'auth.invalid' });
  expect(await asks('past').catch(({ data }) => data)).toMatchObject({ code: 'auth.expired' });
  expect(await join(await asks('nobody'), 'consultation-1')).toMatchObject({
    error: { code: 'auth.required' },
  });
});

test('who shows nothing may still sign in; another person has left what the one before was in', async () => {
  const socket = await connect({});
  expect(await join(socket, 'consultation-1')).toMatchObject({ error: { code: 'auth.required' } });
  expect(await ask(socket, 'authenticate', { token: 'nobody' })).toMatchObject({
    error: { code: 'auth.invalid' },
  });
  expect(await ask(socket, 'authenticate', { token: 'jo' })).toMatchObject({ ok: true, userId: 'patient-1' });
  expect(await join(socket, 'consultation-1')).toMatchObject({ ok: true });

  expect(await ask(socket, 'authenticate', { token: 'sam' })).toMatchObject({
    ok: true,
    userId: 'patient-2',
  });
  const heard = collect(socket, 'new_message');
  const doctor = await withToken('ada');
  expect(await send(doctor, 'consultation-1', 'Good morning', { sender: 'doctor' })).toMatchObject({
    ok: true,
  });
  expect(await join(socket, 'consultation-1')).toMatchObject({ error: { code: 'consultation.not_found' } });
  expect(heard).toEqual([]);
});

test('whoever the host does not vouch for stays out, and learns nothing of why', async () => {
  for (const [token, code] of [
    ['nobody', 'auth.invalid'],
    ['past', 'auth.expired'],
    ['odd', 'auth.invalid'],
    ['broken', 'server.error'],
  ] as const) {
    const refusal = await withToken(token).catch(({ message, data }) => ({ message, data }));
    expect(refusal, token).toMatchObject({ data: { code } });
    expect(JSON.stringify(refusal), token).not.toMatch(/clinic\.example|DROP|store|shape/);
  }
});

test('a sign-in that the host has limited ends on time', async () => {
  const socket = await withCookie('brief');
  expect(await join(socket, 'consultation-1')).toMatchObject({ ok: true });
  const told = collect(socket, 'error');
  const reason = new Promise((resolve) => socket.once('disconnect', resolve));
  expect(await reason).toBe('io server disconnect');
  expect(told).toMatchObject([{ code: 'auth.expired' }]);
});
