import { describe, expect, it } from 'vitest';
import { isNamed, readTags } from '../../../src/adapters/http/api/entity-tags.js';
import { openAsAdmin, WEEKDAYS } from './api-clinic.js';
import type { ApiDocument } from './api-document.js';
import { apiHarness } from './api-harness.js';

const api = apiHarness();
const open = () => openAsAdmin(api);

describe('a precondition', () => {
  it.each([
    ['"3"', [3]],
    ['W/"3"', [3]],
    ['"3-gzip"', [3]],
    ['W/"3-gzip"', [3]],
    ['"3--gzip"', [3]],
    ['"3;gzip"', [3]],
    ['"3-br"', [3]],
    ['"3-zstd"', [3]],
    ['"2", "3"', [2, 3]],
    ['"2","3"', [2, 3]],
    ['"2"\t,\t, W/"3" ,', [2, 3]],
    ['"a,b", "3"', [3]],
    ['""', []],
    ['"0"', []],
    ['"03"', []],
    ['"3-"', []],
    ['"3-x"', []],
    ['"-3"', []],
    ['"3.0"', []],
    ['"é"', []],
    ['"1234567890123456"', []],
    ['*', '*'],
    [' * ', '*'],
  ])('is read: %s', (header, named) => {
    expect(readTags(header)).toEqual(named);
  });

  it.each([
    '',
    ' ',
    ',',
    '3',
    "'3'",
    '"3',
    '3"',
    '"3" "4"',
    '"3";"4"',
    '*, "3"',
    '"3", *',
    '**',
    'w/"3"',
    'W/ "3"',
    '"a b"',
  ])('is none: %j', (header) => {
    expect(readTags(header)).toBeNull();
  });

  it('names what is there', () => {
    expect([isNamed('*', 1), isNamed([1, 2], 2), isNamed([1, 2], 3), isNamed([], 1)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it.each([
    ['PUT', '/doctors/dr-1', { name: 'Dr New', timeZone: 'UTC' }, 200],
    ['PUT', '/patients/p-1', { name: 'Mx New' }, 200],
    ['PUT', '/doctors/dr-1/schedule', { windows: [] }, 200],
    ['PUT', '/doctors/dr-1/time-zone', { timeZone: 'Asia/Tokyo' }, 200],
    ['PUT', '/doctors/dr-1/overrides/2026-12-24', { windows: [] }, 200],
    ['DELETE', '/doctors/dr-1/overrides/2026-12-24', undefined, 204],
    ['POST', '/consultations/c-1/extend', { durationMinutes: 90 }, 200],
    ['POST', '/consultations/c-1/end', undefined, 200],
  ])(
    'holds for one of several tags, and for a tag that a proxy has changed: %s %s',
    async (method, path, body, done) => {
      for (const tag of ['"7", "1"', 'W/"1"', '"1-gzip"']) {
        const { asAdmin } = await open();
        const stale = await asAdmin(method, path, { body, headers: { 'if-match': '"7", W/"8"' } });
        expect([stale.status, stale.json.code]).toEqual([412, 'precondition.failed']);
        expect((await asAdmin(method, path, { body, headers: { 'if-match': tag } })).status).toBe(done);
      }
    },
  );

  it.each(['/doctors/dr-1', '/patients/p-1', '/consultations/c-1'])(
    'saves sending again what a reader has, whatever a proxy made of the tag: %s',
    async (path) => {
      const { asAdmin } = await open();
      const read = (tag: string) => asAdmin('GET', path, { headers: { 'if-none-match': tag } });
      for (const tag of ['"1"', 'W/"1"', '"1-gzip"', '"7", "1"', '*']) {
        const { status, headers, text } = await read(tag);
        expect([status, headers.get('etag'), text]).toEqual([304, '"1"', '']);
      }
      expect((await read('"2"')).status).toBe(200);
      const malformed = await read('1');
      expect([malformed.status, malformed.json.field]).toEqual([400, 'if-none-match']);
    },
  );
});

describe('a put', () => {
  const people = [
    ['/doctors', { name: 'Dr Noor', timeZone: 'UTC' }, { windows: [], overrides: [] }],
    ['/patients', { name: 'Mx Noor' }, {}],
  ] as const;

  it.each(people)('creates, and then changes: %s', async (list, body, rest) => {
    const { asAdmin } = await open();
    // An id as issuers make them.
    const path = `${list}/auth0%7Cabc123`;
    const made = await asAdmin('PUT', path, { body });
    expect([made.status, made.json]).toEqual([201, { id: 'auth0|abc123', ...body, ...rest }]);
    expect([made.headers.get('location'), made.headers.get('etag')]).toEqual([`/api/v1${path}`, '"1"']);
    const same = await asAdmin('PUT', path, { body });
    expect([same.status, same.headers.get('etag'), same.headers.get('location')]).toEqual([200, '"1"', null]);
    const changed = await asAdmin('PUT', path, { body: { ...body, name: ' Noor van Dam ' } });
    expect([changed.status, changed.headers.get('etag'), changed.json.name]).toEqual([
      200,
      '"2"',
      'Noor van Dam',
    ]);
    expect((await asAdmin('GET', path)).json).toEqual(changed.json);
  });

  it.each(people)('creates only, where that is asked for: %s', async (list, body) => {
    const { asAdmin } = await open();
    const put = (tag: Record<string, string>) => asAdmin('PUT', `${list}/new`, { body, headers: tag });
    expect((await put({ 'if-match': '*' })).status).toBe(412);
    expect((await put({ 'if-match': '"1"' })).status).toBe(412);
    expect((await put({ 'if-match': '"0"' })).status).toBe(412);
    expect((await put({ 'if-match': '*', 'if-none-match': '*' })).status).toBe(412);
    const refused = await put({ 'if-none-match': '"1"' });
    expect([refused.status, refused.json.field]).toEqual([400, 'if-none-match']);
    expect((await put({ 'if-none-match': '*' })).status).toBe(201);
    const again = await put({ 'if-none-match': '*' });
    expect([again.status, again.json.code]).toEqual([412, 'precondition.failed']);
    expect((await put({ 'if-match': '*' })).status).toBe(200);
  });

  it('leaves a doctor’s windows and overrides as they are', async () => {
    const { asAdmin } = await open();
    const overrides = [{ date: '2026-12-24', windows: [] }];
    await asAdmin('PUT', '/doctors/dr-1/overrides/2026-12-24', { body: { windows: [] } });
    const { json } = await asAdmin('PUT', '/doctors/dr-1', {
      body: { name: 'Dr Noor', timeZone: 'Asia/Tokyo' },
    });
    expect(json).toEqual({
      id: 'dr-1',
      name: 'Dr Noor',
      timeZone: 'Asia/Tokyo',
      windows: WEEKDAYS,
      overrides,
    });
  });

  it.each([
    ['/doctors/dr-9', { name: '', timeZone: 'UTC' }, 'name'],
    ['/doctors/dr-9', { name: 'Dr X' }, 'timeZone'],
    ['/doctors/dr-9', { name: 'Dr X', timeZone: 'Mars/Olympus' }, 'timeZone'],
    ['/doctors/a%20b', { name: 'Dr X', timeZone: 'UTC' }, 'doctorId'],
    ['/patients/p-9', {}, 'name'],
    ['/patients/p-9', { name: 7 }, 'name'],
    ['/patients/a%2Fb', { name: 'Mx X' }, 'patientId'],
  ])('is refused what is wrong, by its name: %s %j', async (path, body, field) => {
    const { asAdmin } = await open();
    const { status, json } = await asAdmin('PUT', path, { body });
    expect([status, json.code, json.field]).toEqual([400, 'request.invalid', field]);
  });
});

describe('a header that a route does not document', () => {
  const headerNames = ['if-match', 'if-none-match', 'idempotency-key'] as const;
  /** As no route takes them: whoever reads them refuses the request, or does nothing. */
  const hostile = { 'if-match': 'none', 'if-none-match': 'none', 'idempotency-key': 'x'.repeat(300) };
  const bodies: Readonly<Record<string, unknown>> = {
    createDoctor: { id: 'dr-9', name: 'Dr X', timeZone: 'UTC' },
    putDoctor: { name: 'Dr X', timeZone: 'UTC' },
    setSchedule: { windows: [] },
    setTimeZone: { timeZone: 'UTC' },
    setOverride: { windows: [] },
    createPatient: { id: 'p-9', name: 'Mx X' },
    putPatient: { name: 'Mx X' },
    createConsultation: { id: 'c-9', patientId: 'p-1', doctorId: 'dr-1', durationMinutes: 5 },
    extendConsultation: { durationMinutes: 60 },
    reopenConsultation: { expiresAt: '2026-03-02T12:00:00.000Z' },
  };

  /** What each operation is asked with: its path, and the headers that it does not document. */
  function callsOf({ paths }: ApiDocument) {
    const operations = Object.entries(paths).flatMap(([template, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ template, method, operation })),
    );
    return operations.map(({ template, method, operation: { operationId, parameters = [] } }) => {
      const own = parameters.filter((each) => each.in === 'header').map(({ name }) => name);
      const foreign = headerNames.filter((name) => !own.includes(name));
      const path = template
        .replace('/api/v1', '')
        .replace('{doctorId}', 'dr-1')
        .replace('{patientId}', 'p-1')
        .replace('{consultationId}', 'c-1')
        .replace('{date}', '2026-12-24');
      const headers = Object.fromEntries(foreign.map((name) => [name, hostile[name]]));
      return { operationId, method: method.toUpperCase(), path, headers };
    });
  }

  it('changes nothing, on any route', async () => {
    const { asAdmin, document } = await open();
    const reopen = { body: bodies['reopenConsultation'] };
    for (const { operationId, method, path, headers } of callsOf(document)) {
      if (operationId === 'reopenConsultation') await asAdmin('POST', '/consultations/c-1/end');
      const { status, text } = await asAdmin(method, path, { headers, body: bodies[operationId] });
      expect([operationId, status < 300, status < 300 ? '' : text]).toEqual([operationId, true, '']);
      if (operationId === 'endConsultation') await asAdmin('POST', '/consultations/c-1/reopen', reopen);
    }
  });

  it('makes no key: what is set again is set again', async () => {
    const { asAdmin } = await open();
    const headers = { 'idempotency-key': 'once' };
    const set = (timeZone: string) =>
      asAdmin('PUT', '/doctors/dr-1/time-zone', { headers, body: { timeZone } });
    expect((await set('Asia/Tokyo')).json.timeZone).toBe('Asia/Tokyo');
    const second = await set('Europe/Vienna');
    expect([second.status, second.json.timeZone]).toEqual([200, 'Europe/Vienna']);
    const third = await set('Asia/Tokyo');
    expect([third.status, third.json.timeZone]).toEqual([200, 'Asia/Tokyo']);
    const made = await asAdmin('PUT', '/patients/p-9', { headers, body: { name: 'Mx One' } });
    const renamed = await asAdmin('PUT', '/patients/p-9', { headers, body: { name: 'Mx Two' } });
    expect([made.status, renamed.status]).toEqual([201, 200]);
  });
});
