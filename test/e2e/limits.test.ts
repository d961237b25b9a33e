import { expect, test } from 'vitest';
import { openServers } from '../support/server-process.js';
import { signToken, TEST_SECRET } from '../support/tokens.js';
import { join, send } from './client.js';
import { demoDatabase } from './demo-database.js';

const servers = openServers();

async function metricsOf(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

test('a person is limited on all devices and in the API, and told when to go on', async () => {
  const server = await servers.start({
    env: {
      ...(await demoDatabase()),
      CHAT_JWT_SECRET: TEST_SECRET,
      RATE_LIMIT_MESSAGES_PER_MINUTE: '30',
      RATE_LIMIT_MESSAGES_BURST: '3',
      RATE_LIMIT_API_REQUESTS_PER_MINUTE: '5',
    },
  });
  const { url } = server;
  const token = await signToken({ sub: 'patient-1', role: 'patient' });
  const [phone, laptop] = [
    await servers.connect(url, { auth: { token } }),
    await servers.connect(url, { auth: { token }, transports: ['polling'] }),
  ];
  await join(phone, 'consultation-123');
  expect(await send(phone, 'consultation-123', 'one')).toMatchObject({ ok: true });
  expect(await send(laptop, 'consultation-123', 'two')).toMatchObject({ ok: true });
  expect(await send(phone, 'consultation-123', 'three')).toMatchObject({ ok: true });
  const answer = await send(laptop, 'consultation-123', 'four');
  expect(answer).toMatchObject({ ok: false, error: { code: 'rate.limited' } });
  const { retryAfterMs } = answer.error as unknown as { retryAfterMs: number };
  expect(retryAfterMs).toBeGreaterThan(0);
  expect(retryAfterMs).toBeLessThanOrEqual(6_000);
  await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
  expect(await send(laptop, 'consultation-123', 'four')).toMatchObject({ ok: true, seq: 4 });

  const headers = { authorization: `Bearer ${token}` };
  const statuses: number[] = [];
  for (let time = 0; time < 6; time += 1) {
    statuses.push((await fetch(`${url}/api/v1/consultations`, { headers })).status);
  }
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);

  const metrics = await metricsOf(url);
  expect(metrics).toContain('consultation_chat_requests_rate_limited_total 1');
  expect(metrics).toContain('consultation_chat_api_requests_rate_limited_total 1');
  expect(metrics).toContain('consultation_chat_addresses_connected 1');
  expect(metrics).toMatch(/consultation_chat_rate_limit_keys [1-9]/);
  expect(server.log().filter(({ level }) => level === 'error')).toEqual([]);
});

test('a flood of connections is held off, and those who are there are served', async () => {
  const server = await servers.start({
    env: {
      ...(await demoDatabase()),
      RATE_LIMITS: 'on',
      RATE_LIMIT_HANDSHAKES_BURST: '20',
      RATE_LIMIT_HANDSHAKES_PER_MINUTE: '20',
      MAX_CONNECTIONS_PER_ADDRESS: '10',
      SIGN_IN_WITHIN_MS: '60000',
    },
  });
  const { url } = server;
  const patient = await servers.connect(url);
  await join(patient, 'consultation-123');
  const statuses = await Promise.all(
    Array.from({ length: 500 }, async () => {
      const response = await fetch(`${url}/socket.io/?EIO=4&transport=polling`);
      await response.text();
      return response.status;
    }),
  );
  expect(statuses.filter((status) => status === 200)).toHaveLength(9);
  expect(statuses.filter((status) => status === 429)).toHaveLength(491);
  expect(await send(patient, 'consultation-123', 'still here')).toMatchObject({ ok: true });
  expect(await metricsOf(url)).toContain('consultation_chat_handshakes_refused_total 491');
  expect(server.log().filter(({ level }) => level === 'error')).toEqual([]);
});

test('connections that are not used are closed', async () => {
  const { url } = await servers.start({
    env: {
      ...(await demoDatabase()),
      CHAT_JWT_SECRET: TEST_SECRET,
      SIGN_IN_WITHIN_MS: '300',
      JOIN_WITHIN_MS: '600',
    },
  });
  const token = await signToken({ sub: 'patient-1', role: 'patient' });
  for (const [auth, code] of [
    [{}, 'auth.required'],
    [{ token }, 'connection.idle'],
  ] as const) {
    const socket = await servers.connect(url, { auth });
    const told = new Promise((resolve) => socket.once('error', resolve));
    const closed = new Promise((resolve) => socket.once('disconnect', resolve));
    expect(await told).toMatchObject({ code });
    expect(await closed).toBe('io server disconnect');
  }
});

test('without rate limits everybody may go on as fast as they can', async () => {
  const { url } = await servers.start({ env: await demoDatabase() });
  const patient = await servers.connect(url);
  await join(patient, 'consultation-123');
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, index) => send(patient, 'consultation-123', `message ${index}`)),
  );
  expect(answers.filter(({ ok }) => ok)).toHaveLength(200);
});
