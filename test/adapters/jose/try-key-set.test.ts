import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { tryKeySet } from '../../../src/adapters/jose/try-key-set.js';
import { createSigningKey, startJwksServer } from '../../support/tokens.js';

async function told(url: string, signal = new AbortController().signal) {
  const lines: unknown[] = [];
  const logger = { warn: (event: string, fields?: object) => void lines.push({ event, ...fields }) };
  await tryKeySet({ url, logger, signal });
  return lines;
}

async function serve(status: number, body: string, headers = {}): Promise<string> {
  const server = createServer((_request, response) => void response.writeHead(status, headers).end(body));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/certs`;
}

test('keys that are there are nothing to tell', async () => {
  const { url } = await startJwksServer([await createSigningKey('ES256', 'one')]);
  expect(await told(url)).toEqual([]);
});

test('an issuer that does not answer', async () => {
  const { url, close } = await startJwksServer([]);
  await close();
  expect(await told(`${url}?api-key=hidden`)).toEqual([
    { event: 'identity.keys_not_found', setting: 'CHAT_JWKS_URL', url, problem: 'unreachable' },
  ]);
});

test.each([
  [404, 'Not found', {}, { problem: 'status', status: 404 }],
  [302, '', { location: '/elsewhere' }, { problem: 'status', status: 302 }],
  [200, '<!doctype html><h1>Sign in</h1>', {}, { problem: 'no_key_set' }],
  [
    200,
    '{"issuer":"https://sso.example","jwks_uri":"https://sso.example/certs"}',
    {},
    { problem: 'no_key_set' },
  ],
  [200, '{"keys":[]}', {}, { problem: 'no_key_set' }],
] as const)('what is there is no key set: %d %s', async (status, body, headers, problem) => {
  const url = await serve(status, body, headers);
  expect(await told(url)).toEqual([
    { event: 'identity.keys_not_found', setting: 'CHAT_JWKS_URL', url, ...problem },
  ]);
});

test('a chat that ends meanwhile says nothing', async () => {
  const ending = new AbortController();
  const server = createServer(() => ending.abort()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  expect(await told(`http://127.0.0.1:${port}/certs`, ending.signal)).toEqual([]);
});
