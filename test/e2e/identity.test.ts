import { request } from 'node:http';
import { expect, test } from 'vitest';
import { openServers, patiently } from '../support/server-process.js';
import { createSigningKey, signToken, startJwksServer, TEST_SECRET } from '../support/tokens.js';
import { join, send } from './client.js';
import { demoDatabase } from './demo-database.js';

const servers = openServers();

const HANDSHAKE = '/socket.io/?EIO=4&transport=polling';
const DOCTORS = '/api/v1/doctors';

/** The status of a request with headers that no browser would let a page set. */
function statusOf(url: string, path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<number | undefined>((resolve, reject) => {
    request(`${url}${path}`, { method, headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

/** Why a connection is refused. */
async function refusalOf(url: string, token: unknown): Promise<unknown> {
  const failure = await servers.connect(url, { auth: { token } }).catch((error: unknown) => error);
  return failure instanceof Error && 'data' in failure ? failure.data : failure;
}

test('a demo says so, and serves nobody but this machine', async () => {
  const { url, stderr, logged } = await servers.start({ env: { DATA_DIR: await servers.usedDataDir() } });
  expect(await logged('identity.demo_mode')).toMatchObject({ level: 'warn' });
  await patiently(() => {
    expect(stderr.filter((line) => line.startsWith('Demo mode, no authentication'))).toHaveLength(1);
  });

  const { port } = new URL(url);
  for (const path of [HANDSHAKE, DOCTORS]) {
    expect(await statusOf(url, path), path).toBe(200);
    expect(await statusOf(url, path, { host: `localhost:${port}` }), path).toBe(200);
    for (const headers of [
      { host: `rebound.example:${port}` },
      { 'x-forwarded-for': '203.0.113.9' },
      { forwarded: 'for=203.0.113.9' },
    ]) {
      expect(await statusOf(url, path, headers), `${path} with ${Object.keys(headers)}`).toBe(403);
    }
  }
  const ending = '/api/v1/consultations/consultation-123/end';
  expect(await statusOf(url, ending, { origin: 'https://evil.example' }, 'POST')).toBe(403);

  expect(await refusalOf(url, await signToken({ sub: 'patient-1', role: 'patient' }))).toMatchObject({
    code: 'auth.invalid',
  });
  const socket = await servers.connect(url);
  expect(await join(socket, 'consultation-123')).toMatchObject({ ok: true });
  expect(await send(socket, 'consultation-123', 'Hello', { sender: 'doctor' })).toMatchObject({ ok: true });
});

test('with a secret, who has a token is who it says, and nobody else is anybody', async () => {
  const env = { ...(await demoDatabase()), CHAT_JWT_SECRET: TEST_SECRET, LOG_LEVEL: 'debug' };
  const server = await servers.start({ env });
  const { url } = server;
  const token = await signToken({ sub: 'patient-1', role: 'patient' });
  const expired = await signToken({ sub: 'patient-1', role: 'patient', expiresIn: -60 });
  const forged = await signToken({ sub: 'patient-1', role: 'admin', secret: 'x'.repeat(32) });

  const patient = await servers.connect(url, { auth: { token } });
  expect(await join(patient, 'consultation-123')).toMatchObject({ ok: true });
  expect(await send(patient, 'consultation-123', 'Hello')).toMatchObject({ ok: true });
  expect(await send(patient, 'consultation-123', 'Hello', { sender: 'doctor' })).toMatchObject({
    error: { code: 'consultation.forbidden' },
  });

  expect(await join(await servers.connect(url), 'consultation-123')).toMatchObject({
    error: { code: 'auth.required' },
  });
  expect(await refusalOf(url, expired)).toMatchObject({ code: 'auth.expired' });
  for (const wrong of [forged, 'garbage', 7, {}]) {
    expect(await refusalOf(url, wrong)).toMatchObject({ code: 'auth.invalid' });
  }
  expect(await statusOf(url, DOCTORS)).toBe(401);
  expect(await statusOf(url, DOCTORS, { authorization: `Bearer ${forged}` })).toBe(401);

  expect(await server.stop()).toEqual({ code: 0, signal: null });
  const told = [...server.stdout, ...server.stderr].join('\n');
  for (const shown of [
    TEST_SECRET,
    ...[token, expired, forged].flatMap((each) => each.split('.').slice(1)),
  ]) {
    expect(told).not.toContain(shown);
  }
  expect(told).not.toContain('Demo mode');
});

test('with the keys of an issuer, also while it is away', async () => {
  const key = await createSigningKey('ES256', 'first');
  const issuer = await startJwksServer([key]);
  const { url, logged } = await servers.start({
    env: { ...(await demoDatabase()), CHAT_JWKS_URL: issuer.url },
  });
  const token = await signToken({ sub: 'doctor-1', role: 'doctor', key });

  issuer.publish({ status: 503 });
  expect(await refusalOf(url, token)).toMatchObject({ code: 'server.error' });
  expect(await logged('identity.keys_unavailable')).toMatchObject({ url: issuer.url });

  issuer.publish([key]);
  await expect.poll(() => refusalOf(url, token), { timeout: 20_000 }).toMatchObject({ connected: true });
  await issuer.close();
  const doctor = await servers.connect(url, { auth: { token } });
  expect(await join(doctor, 'consultation-123')).toMatchObject({ ok: true });
  expect(await refusalOf(url, await signToken({ sub: 'doctor-1', role: 'doctor' }))).toMatchObject({
    code: 'auth.invalid',
  });
});
