import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { createTestDatabase } from '../support/postgres.js';
import { openServers } from '../support/server-process.js';
import { TEST_SECRET } from '../support/tokens.js';

const servers = openServers();
const METRICS_TOKEN = 'a-token-for-prometheus';

/** An address of this machine that is none of loopback. */
const outside = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address;

/** With a key, and open to the network as in a container. */
async function startServer(env: Readonly<Record<string, string>> = {}) {
  const { databaseUrl, drop } = await createTestDatabase();
  onTestFinished(drop);
  const server = await servers.start({
    env: { DATABASE_URL: databaseUrl, CHAT_JWT_SECRET: TEST_SECRET, HOST: '0.0.0.0', ...env },
  });
  onTestFinished(async () => void (await server.stop()));
  return Number(new URL(server.url).port);
}

async function read(
  port: number,
  { host = '127.0.0.1', headers = {}, path = '/metrics' } = {},
): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    request({ host, port, path, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode, body }));
    })
      .on('error', reject)
      .end();
  });
}

test('metrics are for this machine alone unless told otherwise', async () => {
  const port = await startServer();
  const mine = await read(port);
  expect(mine.status).toBe(200);
  expect(mine.body).toContain('consultation_chat_messages_stored_total');
  expect(await read(port, { headers: { host: `localhost:${port}` } })).toMatchObject({ status: 200 });

  const strangers: Readonly<Record<string, string>>[] = [
    { 'x-forwarded-for': '203.0.113.7' },
    { 'x-forwarded-for': '127.0.0.1' },
    { 'x-forwarded-host': 'chat.clinic.example' },
    { 'x-real-ip': '203.0.113.7' },
    { forwarded: 'for=203.0.113.7' },
    { via: '1.1 proxy' },
    // A proxy that passes on the name, or a page whose name was pointed at this machine.
    { host: 'chat.clinic.example' },
  ];
  for (const headers of strangers) {
    const answer = await read(port, { headers });
    expect(answer, JSON.stringify(headers)).toMatchObject({ status: 403 });
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'request.origin_forbidden' });
  }
  expect(await read(port, { path: '/readyz', headers: { via: '1.1 proxy' } })).toMatchObject({ status: 200 });
});

test.skipIf(outside === undefined)('metrics are not told to the network', async () => {
  const host = outside ?? '';
  const port = await startServer();
  expect(await read(port, { host })).toMatchObject({ status: 403 });
  expect(await read(port, { host, headers: { host: 'localhost' } })).toMatchObject({ status: 403 });
  const open = await startServer({ METRICS: 'open' });
  expect(await read(open, { host, headers: { 'x-forwarded-for': '203.0.113.7' } })).toMatchObject({
    status: 200,
  });
});

test('with a token, metrics are for whoever has it, from wherever', async () => {
  const port = await startServer({ METRICS_TOKEN });
  const withToken = (token: string) => ({ headers: { via: '1.1 proxy', authorization: `Bearer ${token}` } });
  expect(await read(port, withToken(METRICS_TOKEN))).toMatchObject({ status: 200 });
  expect(await read(port)).toMatchObject({ status: 401 });
  for (const wrong of ['another', `${METRICS_TOKEN}x`, METRICS_TOKEN.slice(1), METRICS_TOKEN.toUpperCase()]) {
    const answer = await read(port, withToken(wrong));
    expect(answer, wrong).toMatchObject({ status: 401 });
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'auth.invalid' });
  }
});
