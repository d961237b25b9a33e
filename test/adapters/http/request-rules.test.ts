import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { isFromThisMachine } from '../../../src/adapters/demo/loopback-only.js';
import { createRecordingLogger } from '../../../src/adapters/memory/loggers.js';
import { isOriginAllowed } from '../../../src/adapters/socketio/origin-policy.js';
import { issueTokens, openClinic } from './api-clinic.js';
import { apiHarness, serverOptions } from './api-harness.js';

const api = apiHarness();
const PATIENT = { name: 'Jo' };

describe('who asks', () => {
  it('has to be known', async () => {
    const { call, document } = await api.open();
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const method of Object.keys(operations)) {
        const { status, headers, json } = await call(method.toUpperCase(), path.replace(/\{\w+\}/g, 'x'));
        expect([method, path, status, json.code]).toEqual([method, path, 401, 'auth.required']);
        expect(headers.get('www-authenticate')).toBe('Bearer');
      }
    }
  });

  it('is known by a bearer token, and by nothing in the address', async () => {
    const harness = await api.open();
    const { call } = harness;
    const { admin } = issueTokens(harness);
    for (const query of [`token=${admin}`, `access_token=${admin}`, `authorization=Bearer%20${admin}`]) {
      expect((await call('GET', `/api/v1/patients?${query}`)).json.code).toBe('auth.required');
    }
    for (const authorization of [`Bearer ${admin}`, `bearer ${admin}`, `BEARER  ${admin} `]) {
      expect((await call('GET', '/api/v1/patients', { headers: { authorization } })).status).toBe(200);
    }
  });

  it.each([
    ['Bearer nobody', 'auth.invalid'],
    ['Bearer', 'auth.invalid'],
    ['Bearer a b', 'auth.invalid'],
    ['Bearer "x"', 'auth.invalid'],
    [`Bearer ${'x'.repeat(10_000)}`, 'auth.invalid'],
    ['Basic YWRtaW46YWRtaW4=', 'auth.required'],
    ['Bearertoken-1', 'auth.required'],
  ])('proves nothing by %s', async (authorization, code) => {
    const harness = await api.open();
    issueTokens(harness);
    const { status, headers, json } = await harness.call('GET', '/api/v1/patients', {
      headers: { authorization },
    });
    expect([status, json.code]).toEqual([401, code]);
    const proof = code === 'auth.required' ? 'Bearer' : 'Bearer error="invalid_token"';
    expect(headers.get('www-authenticate')).toBe(proof);
  });

  it('is told when the sign-in has run out', async () => {
    const { call, memory } = await api.open();
    const now = memory.time.clock.now();
    const token = memory.authenticator.issue({ role: 'admin', id: 'a' }, now + 1_000);
    expect((await call('GET', '/api/v1/patients', { token })).status).toBe(200);
    await memory.time.advance(1_000);
    const { status, headers, json } = await call('GET', '/api/v1/patients', { token });
    expect([status, json.code]).toEqual([401, 'auth.expired']);
    expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  });

  it('is an administrator without a token in demo mode, but on this machine only', async () => {
    const { call } = await api.open({
      isOpen: true,
      server: (memory) => ({ api: { ...serverOptions(memory).api, admits: isFromThisMachine } }),
    });
    expect((await call('GET', '/api/v1/patients')).status).toBe(200);
    const proxied = await call('GET', '/api/v1/patients', { headers: { 'x-forwarded-for': '203.0.113.9' } });
    expect([proxied.status, proxied.json.code]).toEqual([403, 'request.origin_forbidden']);
  });

  it('gets no stack when nobody can tell who it is', async () => {
    const logger = createRecordingLogger();
    const { call } = await api.open({
      server: (memory) => {
        const { api } = serverOptions(memory);
        const authenticate = () => Promise.reject(new Error('keys of token-1 are out of reach'));
        return { logger, api: { ...api, sessions: { ...api.sessions, authenticate } } };
      },
    });
    const { status, text } = await call('GET', '/api/v1/patients', { headers: { 'x-request-id': 'r-1' } });
    expect([status, JSON.parse(text).code]).toEqual([500, 'server.error']);
    expect(text).not.toContain('keys');
    expect(logger.entries).toEqual([
      expect.objectContaining({
        event: 'http.request_failed',
        fields: { method: 'GET', route: '/api/v1/patients', requestId: 'r-1' },
      }),
    ]);
  });
});

describe('a page of another origin', () => {
  const server = (memory: Parameters<typeof serverOptions>[0]) => {
    const { api } = serverOptions(memory);
    const allowed = ['https://clinic.example'];
    return {
      api: {
        ...api,
        isOriginAllowed: (headers: { origin?: string | undefined; host?: string | undefined }) =>
          isOriginAllowed(headers, allowed),
      },
    };
  };

  it.each(['https://evil.example', 'null', 'http://127.0.0.1:1', 'nonsense'])(
    'changes nothing: %s',
    async (origin) => {
      const { call } = await api.open({ isOpen: true, server });
      const headers = { origin };
      for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
        const sent = { body: PATIENT, headers: { origin, 'content-type': type } };
        const { status, json } = await call('POST', '/api/v1/patients', sent);
        expect([status, json.code]).toEqual([403, 'request.origin_forbidden']);
      }
      expect((await call('POST', '/api/v1/consultations/c-1/end', { headers })).status).toBe(403);
      expect((await call('DELETE', '/api/v1/doctors/d/overrides/2026-01-01', { headers })).status).toBe(403);
      const { headers: answered } = await call('GET', '/api/v1/patients', { headers });
      expect(answered.get('access-control-allow-origin')).toBeNull();
      expect(answered.get('cross-origin-resource-policy')).toBe('same-origin');
    },
  );

  it('does so where it is allowed, as the server’s own page', async () => {
    const { call, url } = await api.open({ isOpen: true, server });
    for (const origin of ['https://clinic.example', url]) {
      const { status } = await call('POST', '/api/v1/patients', { body: PATIENT, headers: { origin } });
      expect(status).toBe(201);
    }
  });
});

describe('a request that cannot be read', () => {
  it.each([
    ['{', 'application/json', 400, 'request.invalid'],
    ['{"name":"Jo","__proto__":{}}', 'application/json', 400, 'request.invalid'],
    ['{"name":"Jo","constructor":{"prototype":{}}}', 'application/json', 400, 'request.invalid'],
    ['[]', 'application/json', 400, 'request.invalid'],
    ['null', 'application/json', 400, 'request.invalid'],
    ['"text"', 'application/json', 400, 'request.invalid'],
    ['', 'application/json', 400, 'request.invalid'],
    ['name=Jo', 'application/x-www-form-urlencoded', 415, 'request.unsupported_media_type'],
    ['Jo', 'text/plain', 415, 'request.unsupported_media_type'],
    ['<a/>', 'application/xml', 415, 'request.unsupported_media_type'],
    ['{}', 'nonsense', 415, 'request.unsupported_media_type'],
    [`"${'x'.repeat(64 * 1024)}"`, 'application/json', 413, 'request.too_large'],
  ])('is told so: %.20j as %s', async (body, type, status, code) => {
    const { call } = await api.open({ isOpen: true });
    const headers = { 'content-type': type };
    const answer = await call('POST', '/api/v1/patients', { body, headers });
    expect([answer.status, answer.json.code]).toEqual([status, code]);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it('without a body at all has none of its fields', async () => {
    const { call } = await api.open({ isOpen: true });
    const { status, json } = await call('POST', '/api/v1/patients');
    expect([status, json.field]).toEqual([400, 'body']);
  });

  it.each([
    ['PATCH', '/doctors', 'GET, HEAD, POST'],
    ['DELETE', '/doctors/dr-1', 'GET, HEAD, PUT'],
    ['POST', '/doctors/dr-1/overrides/2026-12-24', 'DELETE, PUT'],
    ['GET', '/consultations/c-1/end', 'POST'],
    ['OPTIONS', '/access-log', 'GET, HEAD'],
  ])('by a method that there is not says which there are: %s %s', async (method, path, allow) => {
    const { call } = await api.open({ isOpen: true });
    const { status, headers, json } = await call(method, `/api/v1${path}`);
    expect([status, json.code]).toEqual([405, 'request.method_not_allowed']);
    expect(headers.get('allow')).toBe(allow);
  });

  it.each(['/api/v1', '/api/v1/nurses', '/api/v2/doctors', `/api/v1/doctors/${'x'.repeat(257)}`, '/api'])(
    'at an address that there is not is not found: %.40s',
    async (path) => {
      const { call } = await api.open({ isOpen: true });
      const { status, json } = await call('GET', path);
      expect([status, json.code]).toEqual([404, 'request.not_found']);
    },
  );

  it.each([
    ['GET /api/v1/doctors/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400],
    ['nonsense\r\n\r\n', 400],
    [`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    [`GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
  ])('by its bytes is a problem, too: %.30j', async (bytes, status) => {
    const { url } = await api.open({ isOpen: true });
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.write(bytes);
    await new Promise((resolve) => socket.once('close', resolve));
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(text).toMatch(/content-type: application\/problem\+json/i);
    expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n')))).toMatchObject({ status });
  });
});

describe('every answer', () => {
  it('names its request: by an id of its own, or the one that was given', async () => {
    const { call } = await api.open();
    const idOf = async (path: string, given?: string) => {
      const headers: Record<string, string> = given === undefined ? {} : { 'x-request-id': given };
      const answer = await call('GET', path, { headers });
      const id = answer.headers.get('x-request-id');
      if (answer.status >= 400) expect(answer.json.requestId).toBe(id);
      return id;
    };
    for (const path of ['/api/v1/doctors', '/nowhere', '/healthz', '/api/openapi.json']) {
      expect(await idOf(path)).toMatch(/^request-\d+$/);
      expect(await idOf(path, 'trace_42-a')).toBe('trace_42-a');
      for (const wrong of ['a b', 'x'.repeat(65), '<script>', 'a,b']) {
        expect(await idOf(path, wrong)).toMatch(/^request-\d+$/);
      }
    }
  });

  it('says nothing of the software, and lets a browser do nothing with it', async () => {
    const harness = await api.open({ isOpen: true });
    await openClinic(harness);
    for (const path of ['/api/v1/doctors', '/api/v1/doctors/nobody', '/nowhere', '/healthz']) {
      const { headers } = await harness.call('GET', path);
      expect(headers.get('server')).toBeNull();
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });
});

describe('a server that is too busy', () => {
  it('says when to come again', async () => {
    const { call } = await api.open({
      isOpen: true,
      server: (memory) => {
        const { api } = serverOptions(memory);
        const patients = async () =>
          ({ outcome: 'refused', code: 'server.overloaded', retryAfterMs: 1_200 }) as const;
        return { api: { ...api, administration: { ...api.administration, patients } } };
      },
    });
    const { status, headers, json } = await call('GET', '/api/v1/patients');
    expect([status, json.code, json.retryAfterMs]).toEqual([503, 'server.overloaded', 1_200]);
    expect(headers.get('retry-after')).toBe('2');
  });
});
