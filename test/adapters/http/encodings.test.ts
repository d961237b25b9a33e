import { describe, expect, it } from 'vitest';
import { openClinic } from './api-clinic.js';
import { apiHarness } from './api-harness.js';

const api = apiHarness();

async function open() {
  const harness = await api.open();
  const { admin } = await openClinic(harness);
  const send = async (method: string, path: string, body: Buffer, headers: Record<string, string> = {}) => {
    const response = await fetch(new URL(`/api/v1${path}`, harness.url), {
      method,
      body: new Uint8Array(body),
      headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json', ...headers },
    });
    // biome-ignore lint/suspicious/noExplicitAny: tests look at the JSON as a client of another language does.
    return { status: response.status, headers: response.headers, json: (await response.json()) as any };
  };
  const get = (path: string) => harness.call('GET', path, { token: admin });
  return { ...harness, send, get };
}

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const utf16 = (text: string) => Buffer.from(text, 'utf16le');
const bytes = (before: string, ...rest: number[]) =>
  Buffer.concat([Buffer.from(before), Buffer.from(rest), Buffer.from('"}')]);
const NAME = '{"name":"';

describe('a body that is not UTF-8', () => {
  it.each([
    ['Latin-1', latin1('{"name":"M\xFCller"}')],
    ['half a character', bytes(NAME, 0xc3)],
    ['three of four bytes', bytes(NAME, 0xf0, 0x9f, 0x98)],
    ['an overlong form', bytes(NAME, 0xc0, 0xaf)],
    ['a surrogate in bytes', bytes(NAME, 0xed, 0xa0, 0x80)],
    ['a value past Unicode', bytes(NAME, 0xf4, 0x90, 0x80, 0x80)],
    ['UTF-16', utf16('{"name":"Jo"}')],
    ['UTF-16 with its mark', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16('{"name":"Jo"}')])],
    ['a raw NUL', Buffer.from('{"name":"J\0o"}')],
    ['UTF-7 says nothing of itself, but a broken end does', bytes(`${NAME}M+APw-ller`, 0xff)],
  ])('is refused, and nothing is stored: %s', async (_, body) => {
    const { send, memory } = await open();
    const before = memory.log.all().length;
    for (const [method, path] of [
      ['POST', '/patients'],
      ['PUT', '/patients/p-1'],
      ['PUT', '/doctors/dr-1'],
      ['POST', '/doctors'],
      ['POST', '/consultations'],
      ['PUT', '/doctors/dr-1/schedule'],
      ['PUT', '/doctors/dr-1/time-zone'],
      ['PUT', '/doctors/dr-1/overrides/2026-12-24'],
      ['DELETE', '/doctors/dr-1/overrides/2026-12-24'],
      ['POST', '/consultations/c-1/extend'],
      ['POST', '/consultations/c-1/end'],
      ['POST', '/consultations/c-1/reopen'],
    ] as const) {
      const { status, json } = await send(method, path, body);
      expect([path, status, json.code, json.field]).toEqual([path, 400, 'request.invalid', 'body']);
      expect(json.detail).toBe('The request is not valid. body must be UTF-8.');
    }
    expect(memory.log.all()).toHaveLength(before);
  });

  it.each([
    'iso-8859-1',
    'UTF-16',
    'utf-16le',
    'windows-1252',
    '"latin1"',
    'us-ascii',
    '',
    'utf-8; charset=latin1',
  ])('is 415 where it says so itself: %s', async (charset) => {
    const { send } = await open();
    const headers = { 'content-type': `application/json; charset=${charset}` };
    const { status, json } = await send('POST', '/patients', Buffer.from('{"name":"Jo"}'), headers);
    expect([status, json.code, json.field]).toEqual([415, 'request.unsupported_media_type', 'content-type']);
    expect(json.detail).toContain('content-type must name no charset but utf-8.');
  });

  it.each(['utf-8', 'UTF-8', '"utf-8"', 'utf8', 'Utf-8;profile=x'])(
    'is not one that says %s',
    async (charset) => {
      const { send } = await open();
      const headers = { 'content-type': `application/json;charset=${charset}` };
      const { status, json } = await send('POST', '/patients', Buffer.from('{"name":"Müller 𝒜"}'), headers);
      expect([status, json.name]).toEqual([201, 'Müller 𝒜']);
    },
  );

  it('is not one that begins with a mark of UTF-8', async () => {
    const { send } = await open();
    const { status, json } = await send('POST', '/patients', Buffer.from('\uFEFF{"name":"Jo"}'));
    expect([status, json.name]).toEqual([201, 'Jo']);
  });

  it.each(['gzip', 'br', 'deflate', 'gzip, identity', 'x'])(
    'is 415 where it is compressed: %s',
    async (coding) => {
      const { send } = await open();
      const headers = { 'content-encoding': coding };
      const answer = await send('POST', '/patients', Buffer.from('{"name":"Jo"}'), headers);
      expect([answer.status, answer.json.code, answer.json.field]).toEqual([
        415,
        'request.unsupported_media_type',
        'content-encoding',
      ]);
      expect(answer.headers.get('accept-encoding')).toBe('identity');
    },
  );

  it('may say that it is not compressed', async () => {
    const { send } = await open();
    const headers = { 'content-encoding': 'identity' };
    expect((await send('POST', '/patients', Buffer.from('{"name":"Jo"}'), headers)).status).toBe(201);
  });
});

describe('text that UTF-8 cannot hold, written with escapes', () => {
  it.each([
    ['a lone surrogate', String.raw`\ud800`],
    ['the other half', String.raw`\udc00x`],
    ['halves in the wrong order', String.raw`\udc00\ud800`],
    ['NUL', String.raw`\u0000`],
  ])('is refused by the name of its field: %s', async (_, escaped) => {
    const { send, memory } = await open();
    const before = memory.log.all().length;
    const cases = [
      ['POST', '/patients', `{"name":"a${escaped}b"}`, 'name'],
      ['PUT', '/patients/p-1', `{"name":"a${escaped}b"}`, 'name'],
      ['PUT', '/doctors/dr-1', `{"name":"a${escaped}b","timeZone":"UTC"}`, 'name'],
      ['PUT', '/doctors/dr-1', `{"name":"a","timeZone":"UTC${escaped}"}`, 'timeZone'],
      ['POST', '/doctors', `{"name":"a${escaped}b","timeZone":"UTC"}`, 'name'],
      ['POST', '/doctors', `{"id":"a${escaped}b","name":"a","timeZone":"UTC"}`, 'id'],
      ['POST', '/patients', `{"id":"a${escaped}b","name":"a"}`, 'id'],
      ['PUT', '/doctors/dr-1/time-zone', `{"timeZone":"UTC${escaped}"}`, 'timeZone'],
      [
        'POST',
        '/consultations',
        `{"id":"a${escaped}","patientId":"p-1","doctorId":"dr-1","durationMinutes":5}`,
        'id',
      ],
      ['POST', '/consultations/c-1/extend', `{"expiresAt":"2026-03-02T12:00:00Z${escaped}"}`, 'expiresAt'],
    ] as const;
    for (const [method, path, body, field] of cases) {
      const { status, json } = await send(method, path, Buffer.from(body));
      expect([path, status, json.field]).toEqual([path, 400, field]);
    }
    expect(memory.log.all()).toHaveLength(before);
  });
});

describe('an address that is not UTF-8', () => {
  it.each(['%FF', '%C3', '%ED%A0%80', '%C0%AF', '%zz', '%'])('is refused: %s', async (escaped) => {
    const { get } = await open();
    for (const path of [`/api/v1/patients/${escaped}`, `/api/v1/doctors/a${escaped}/availability`]) {
      const { status, json, headers } = await get(path);
      expect([path, status, json.code, json.field]).toEqual([path, 400, 'request.invalid', 'path']);
      expect(headers.get('x-request-id')).toBe(json.requestId);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    }
    for (const query of [`after=${escaped}`, `limit=1&x=${escaped}`]) {
      const { status, json } = await get(`/api/v1/patients?${query}`);
      expect([query, status, json.code, json.field]).toEqual([query, 400, 'request.invalid', 'query']);
    }
  });
});
