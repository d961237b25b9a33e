import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isOriginAllowed } from '../../../src/adapters/socketio/origin-policy.js';
import { ROOT } from '../../architecture/documents.js';
import { openClinic } from './api-clinic.js';
import { apiHarness, serverOptions } from './api-harness.js';

const api = apiHarness();
const PAGE = 'https://clinic.example';
const APP = 'capacitor://localhost';

async function open(corsOrigin: '*' | readonly string[] = [PAGE, APP], admits = true) {
  const refused: (string | undefined)[] = [];
  const harness = await api.open({
    server: (memory) => ({
      api: {
        ...serverOptions(memory).api,
        corsOrigin,
        isOriginAllowed: (headers) => isOriginAllowed(headers, corsOrigin),
        originRefused: ({ origin }) => refused.push(origin),
        admits: () => admits,
      },
    }),
  });
  return { ...harness, refused };
}

const PREFLIGHT = {
  'access-control-request-method': 'PUT',
  'access-control-request-headers': 'authorization,content-type,if-match',
};

describe('a page of a listed origin', () => {
  it.each([PAGE, APP])('may ask what it needs before it asks: %s', async (origin) => {
    const { call } = await open();
    for (const path of [
      '/api/v1/doctors/dr-1',
      '/api/v1/consultations',
      '/api/v1/nowhere',
      '/api/openapi.json',
    ]) {
      const response = await call('OPTIONS', path, { headers: { origin, ...PREFLIGHT } });
      const { headers } = response;
      expect([path, response.status, response.text]).toEqual([path, 204, '']);
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('vary')).toContain('Origin');
      expect(headers.get('access-control-allow-methods')?.split(', ').sort()).toEqual([
        'DELETE',
        'GET',
        'HEAD',
        'POST',
        'PUT',
      ]);
      const allowed = headers.get('access-control-allow-headers')?.toLowerCase().split(', ');
      for (const name of ['authorization', 'content-type', 'if-match', 'if-none-match', 'idempotency-key']) {
        expect(allowed).toContain(name);
      }
      expect(headers.get('access-control-allow-credentials')).toBeNull();
    }
  });

  it('reads every answer, refusals too', async () => {
    const harness = await open();
    const { call } = harness;
    const { admin } = await openClinic({ ...harness, call: harness.call });
    const headers = { origin: PAGE };
    const answers = [
      await call('GET', '/api/v1/doctors/dr-1', { token: admin, headers }),
      await call('GET', '/api/v1/doctors/dr-1', {
        token: admin,
        headers: { ...headers, 'if-none-match': '"1"' },
      }),
      await call('POST', '/api/v1/patients', { token: admin, headers, body: { name: 'Jo' } }),
      await call('POST', '/api/v1/patients', { token: admin, headers, body: '{' }),
      await call('POST', '/api/v1/patients', {
        token: admin,
        body: 'x',
        headers: { ...headers, 'content-type': 'text/plain' },
      }),
      await call('GET', '/api/v1/doctors/nobody', { token: admin, headers }),
      await call('GET', '/api/v1/doctors', { headers }),
      await call('DELETE', '/api/v1/doctors/dr-1', { token: admin, headers }),
      await call('OPTIONS', '/api/v1/doctors/dr-1', { token: admin, headers }),
      await call('GET', '/api/v1/nowhere', { token: admin, headers }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 304, 201, 400, 415, 404, 401, 405, 405, 404]);
    for (const { headers } of answers) {
      expect(headers.get('access-control-allow-origin')).toBe(PAGE);
      expect(headers.get('vary')).toContain('Origin');
      const exposed = headers.get('access-control-expose-headers')?.split(', ');
      for (const name of ['ETag', 'Location', 'Retry-After', 'X-Request-Id', 'WWW-Authenticate', 'Allow']) {
        expect(exposed).toContain(name);
      }
    }
  });
});

describe('the element in a page of a listed origin', () => {
  it('may be loaded, with its languages and what the server tells people', async () => {
    const pageDirectory = join(ROOT, 'dist/page');
    const harness = await api.open({
      server: (memory) => ({
        pageDirectory,
        people: { emergency: { '*': 'Call 112.' } },
        api: { ...serverOptions(memory).api, corsOrigin: [PAGE] },
      }),
    });
    for (const path of ['/element.js', '/texts/de.js', '/people.json', '/element.js?v=1']) {
      const { status, headers } = await harness.call('GET', path, { headers: { origin: PAGE } });
      expect([path, status, headers.get('access-control-allow-origin')]).toEqual([path, 200, PAGE]);
      const other = await harness.call('GET', path, { headers: { origin: 'https://evil.example' } });
      expect(other.headers.get('access-control-allow-origin')).toBeNull();
    }
    const { json } = await harness.call('GET', '/people.json');
    expect(json).toEqual({ emergency: { '*': 'Call 112.' } });
    const page = await harness.call('GET', '/chat-test-client.html', { headers: { origin: PAGE } });
    expect(page.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('a page of an origin that is not listed', () => {
  it.each([
    'https://evil.example',
    'null',
    `${PAGE}.evil.example`,
    'http://clinic.example',
    'Capacitor://localhost',
  ])('is given nothing, and noted: %s', async (origin) => {
    const { call, refused } = await open();
    const preflight = await call('OPTIONS', '/api/v1/doctors/dr-1', { headers: { origin, ...PREFLIGHT } });
    const asked = await call('GET', '/api/v1/doctors/dr-1', { headers: { origin } });
    for (const { status, headers } of [preflight, asked]) {
      expect(status).toBe(403);
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('access-control-allow-methods')).toBeNull();
      // What is kept of this answer is not for a page that may.
      expect(headers.get('vary')).toContain('Origin');
    }
    expect(refused).toEqual([origin, origin]);
  });

  it('is given nothing either where nobody is answered', async () => {
    const { call } = await open([PAGE], false);
    const { status, headers } = await call('OPTIONS', '/api/v1/doctors', {
      headers: { origin: PAGE, ...PREFLIGHT },
    });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });
});

it('all pages may where all are listed, without their cookies', async () => {
  const { call } = await open('*');
  const { status, headers } = await call('OPTIONS', '/api/v1/doctors', {
    headers: { origin: 'https://any.example', ...PREFLIGHT },
  });
  expect([status, headers.get('access-control-allow-origin')]).toEqual([204, '*']);
  expect(headers.get('access-control-allow-credentials')).toBeNull();
});

it('programs and the server’s own page are told nothing of it', async () => {
  const { call, url } = await open();
  for (const headers of [{}, { origin: url }] as Record<string, string>[]) {
    const answer = await call('GET', '/api/v1/doctors', { headers });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([401, null]);
  }
});
