import { describe, expect, it } from 'vitest';
import { openAsAdmin, WEEKDAYS } from './api-clinic.js';
import { apiHarness } from './api-harness.js';

const api = apiHarness();
const open = () => openAsAdmin(api);
const NEW_DOCTOR = { name: 'Dr Ada', timeZone: 'Europe/Vienna', windows: WEEKDAYS };

describe('a doctor', () => {
  it('is registered under the given id, and found there', async () => {
    const { asAdmin } = await open();
    const made = await asAdmin('POST', '/doctors', { body: { id: 'dr-ada', ...NEW_DOCTOR } });

    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe('/api/v1/doctors/dr-ada');
    expect(made.headers.get('etag')).toBe('"1"');
    expect(made.json).toEqual({ id: 'dr-ada', ...NEW_DOCTOR, overrides: [] });
    const found = await asAdmin('GET', '/doctors/dr-ada');
    expect([found.status, found.json]).toEqual([200, made.json]);
    expect(found.headers.get('cache-control')).toBe('no-store');
  });

  it('gets an id where none is given, and no windows where none are', async () => {
    const { asAdmin } = await open();
    const made = await asAdmin('POST', '/doctors', { body: { id: null, name: 'Dr B', timeZone: 'UTC' } });

    expect(made.json).toEqual({
      id: expect.any(String),
      name: 'Dr B',
      timeZone: 'UTC',
      windows: [],
      overrides: [],
    });
    expect(made.headers.get('location')).toBe(`/api/v1/doctors/${made.json.id}`);
  });

  it('is made once under one idempotency key, and its id is taken for everybody else', async () => {
    const { asAdmin } = await open();
    const headers = { 'idempotency-key': 'key-1' };
    const first = await asAdmin('POST', '/doctors', { headers, body: NEW_DOCTOR });
    const again = await asAdmin('POST', '/doctors', { headers, body: NEW_DOCTOR });
    const other = await asAdmin('POST', '/doctors', { headers, body: { ...NEW_DOCTOR, name: 'Dr Else' } });
    const taken = await asAdmin('POST', '/doctors', { body: { id: first.json.id, ...NEW_DOCTOR } });

    expect([again.status, again.json]).toEqual([201, first.json]);
    expect([other.status, other.json.code]).toEqual([422, 'idempotency.conflict']);
    expect([taken.status, taken.json.code]).toEqual([409, 'doctor.already_exists']);
  });

  it('is not sent again to who has it', async () => {
    const { asAdmin } = await open();
    const known = (tag: string) => asAdmin('GET', '/doctors/dr-1', { headers: { 'if-none-match': tag } });

    for (const tag of ['"1"', 'W/"1"', '"7", "1"', '*']) expect((await known(tag)).status).toBe(304);
    expect((await known('"2"')).status).toBe(200);
  });

  it('has the schedule and the time zone that are set', async () => {
    const { asAdmin } = await open();
    const windows = [{ dayOfWeek: 6, startTime: '22:00', endTime: '02:00' }];
    const both = { timeZone: 'Asia/Tokyo', windows };
    const set = await asAdmin('PUT', '/doctors/dr-1/schedule', { body: both });
    expect([set.status, set.json]).toEqual([200, expect.objectContaining(both)]);
    const kept = await asAdmin('PUT', '/doctors/dr-1/schedule', { body: { windows: WEEKDAYS } });
    expect(kept.json).toMatchObject({ timeZone: 'Asia/Tokyo', windows: WEEKDAYS });
    const moved = await asAdmin('PUT', '/doctors/dr-1/time-zone', { body: { timeZone: 'UTC' } });
    expect(moved.json).toMatchObject({ timeZone: 'UTC', windows: WEEKDAYS });
    expect(Number(JSON.parse(moved.headers.get('etag') ?? ''))).toBeGreaterThan(1);
  });

  it('has overrides, which come and go', async () => {
    const { asAdmin } = await open();
    const windows = [{ startTime: '10:00', endTime: '12:00' }];
    const set = await asAdmin('PUT', '/doctors/dr-1/overrides/2026-12-24', { body: { windows } });
    expect(set.json.overrides).toEqual([{ date: '2026-12-24', windows }]);
    const gone = await asAdmin('DELETE', '/doctors/dr-1/overrides/2026-12-24');
    expect([gone.status, gone.text]).toEqual([204, '']);
    const again = await asAdmin('DELETE', '/doctors/dr-1/overrides/2026-12-24');
    expect(again.status).toBe(204);
    expect((await asAdmin('GET', '/doctors/dr-1')).json.overrides).toEqual([]);
  });

  it.each([
    ['PUT', '/doctors/dr-1/schedule', { windows: [] }],
    ['PUT', '/doctors/dr-1/time-zone', { timeZone: 'Asia/Tokyo' }],
    ['PUT', '/doctors/dr-1/overrides/2026-12-24', { windows: [] }],
    ['DELETE', '/doctors/dr-1/overrides/2026-12-24', undefined],
  ])('is not changed by who has seen another state: %s %s', async (method, path, body) => {
    const { asAdmin } = await open();
    for (const tag of ['"7"', '"x"', 'W/"7"', '"01"', '"0"', '"7", "8"']) {
      const stale = await asAdmin(method, path, { body, headers: { 'if-match': tag } });
      expect([stale.status, stale.json.code]).toEqual([412, 'precondition.failed']);
    }
    for (const tag of ['1', '"1" "2"', '"a b"', '"', '*, "1"', ',', '']) {
      const malformed = await asAdmin(method, path, { body, headers: { 'if-match': tag } });
      expect([malformed.status, malformed.json.field]).toEqual([400, 'if-match']);
    }
    expect((await asAdmin(method, path, { body, headers: { 'if-match': '"1"' } })).status).toBeLessThan(300);
    expect((await asAdmin(method, path, { body, headers: { 'if-match': '*' } })).status).toBeLessThan(300);
  });

  it.each([
    ['PUT', '/doctors/nobody/schedule', { windows: [] }],
    ['PUT', '/doctors/nobody/time-zone', { timeZone: 'UTC' }],
    ['PUT', '/doctors/nobody/overrides/2026-12-24', { windows: [] }],
    ['DELETE', '/doctors/nobody/overrides/2026-12-24', undefined],
    ['GET', '/doctors/nobody', undefined],
    ['GET', '/doctors/nobody/availability', undefined],
  ])('who is nobody is not found: %s %s', async (method, path, body) => {
    const { asAdmin } = await open();
    const answer = await asAdmin(method, path, { body });
    expect([answer.status, answer.json.code]).toEqual([404, 'doctor.not_found']);
  });

  it.each([
    ['POST', '/doctors', { id: 'a b', name: 'A', timeZone: 'UTC' }, 'id'],
    ['POST', '/doctors', { name: '', timeZone: 'UTC' }, 'name'],
    ['POST', '/doctors', { name: '\u200b\u3164', timeZone: 'UTC' }, 'name'],
    ['PUT', '/doctors/dr-1', { name: '\u2800', timeZone: 'UTC' }, 'name'],
    ['PUT', '/patients/p-1', { name: '\ufe0f \u200f' }, 'name'],
    ['POST', '/patients', { name: '\u{e0061}' }, 'name'],
    ['POST', '/doctors', { timeZone: 'UTC' }, 'name'],
    ['POST', '/doctors', { name: 'A', timeZone: 'Mars/Olympus' }, 'timeZone'],
    ['POST', '/doctors', { name: 'A', timeZone: 'UTC', windows: {} }, 'windows'],
    ['PUT', '/doctors/dr-1/schedule', { timeZone: 'UTC' }, 'windows'],
    ['PUT', '/doctors/dr-1/schedule', { windows: ['Monday'] }, 'windows.0'],
    ['PUT', '/doctors/dr-1/schedule', { windows: [{ ...WEEKDAYS[0], dayOfWeek: 7 }] }, 'windows.0.dayOfWeek'],
    [
      'PUT',
      '/doctors/dr-1/schedule',
      { windows: [{ ...WEEKDAYS[0], endTime: '24:00' }] },
      'windows.0.endTime',
    ],
    ['PUT', '/doctors/dr-1/time-zone', { timeZone: 5 }, 'timeZone'],
    ['PUT', '/doctors/dr-1/overrides/2026-02-30', { windows: [] }, 'date'],
    ['DELETE', '/doctors/dr-1/overrides/tomorrow', undefined, 'date'],
    ['PUT', '/doctors/dr-1/overrides/2026-12-24', { windows: [{ startTime: '9' }] }, 'windows.0.endTime'],
    ['GET', '/doctors/a%20b', undefined, 'doctorId'],
    ['GET', '/doctors/', undefined, 'doctorId'],
    ['GET', '/doctors?limit=0', undefined, 'limit'],
    ['GET', '/doctors?limit=201', undefined, 'limit'],
    ['GET', '/doctors?limit=1&limit=2', undefined, 'limit'],
    ['GET', '/doctors?after=x', undefined, 'after'],
    ['GET', '/doctors/dr-1/availability?from=yesterday', undefined, 'from'],
    ['GET', '/doctors/dr-1/availability?from=2026-03-02T10:00:00', undefined, 'from'],
    ['GET', '/doctors/dr-1/availability?from=2026-03-02T10:00:00Z&to=2026-03-01T10:00:00Z', undefined, 'to'],
    ['GET', '/doctors/dr-1/availability?from=2026-03-02T10:00:00Z&to=2028-03-02T10:00:00Z', undefined, 'to'],
  ])('is refused what is wrong, by its name: %s %s %j', async (method, path, body, field) => {
    const { asAdmin } = await open();
    const { status, json } = await asAdmin(method, path, { body });
    expect([status, json.code, json.field]).toEqual([400, 'request.invalid', field]);
    expect(json.detail).toMatch(new RegExp(`^The request is not valid[.] ${field} .+[.]$`));
    expect(json.detail).not.toMatch(/expected|received|Invalid input/i);
  });

  it('is listed page by page, each once', async () => {
    const { asAdmin } = await open();
    const seen: string[] = [];
    let after = '';
    for (let pages = 0; pages < 3; pages += 1) {
      const { json } = await asAdmin('GET', `/doctors?limit=1${after}`);
      seen.push(...json.items.map(({ id }: { id: string }) => id));
      if (json.nextCursor === null) break;
      expect(json.nextCursor).toMatch(/^[\w-]+$/);
      after = `&after=${json.nextCursor}`;
    }
    expect(seen).toEqual(['dr-1', 'dr-2']);
    const { nextCursor } = (await asAdmin('GET', '/doctors?limit=1')).json;
    const elsewhere = await asAdmin('GET', `/patients?after=${nextCursor}`);
    expect([elsewhere.status, elsewhere.json.field]).toEqual([400, 'after']);
  });

  it('tells everybody when it is on duty', async () => {
    const { call, tokens } = await open();
    // A Monday, 10:00.
    for (const token of [tokens.patient, tokens.otherDoctor, tokens.admin]) {
      const { status, json } = await call('GET', '/api/v1/doctors/dr-1/availability', { token });
      expect(status).toBe(200);
      expect(json).toMatchObject({
        timeZone: 'UTC',
        open: true,
        nextOpeningAt: '2026-03-03T09:00:00.000Z',
        nextClosingAt: '2026-03-02T17:01:00.000Z',
      });
      expect(json.intervals[0]).toEqual({ from: '2026-03-02T10:00:00.000Z', to: '2026-03-02T17:01:00.000Z' });
      expect(json.intervals.at(-1)).toEqual({
        from: '2026-03-09T09:00:00.000Z',
        to: '2026-03-09T10:00:00.000Z',
      });
    }
    const range = 'from=2026-03-02T17:00:00+01:00&to=2026-03-02T16:30:00Z';
    const { json } = await call('GET', `/api/v1/doctors/dr-1/availability?${range}`, {
      token: tokens.patient,
    });
    expect(json.intervals).toEqual([{ from: '2026-03-02T16:00:00.000Z', to: '2026-03-02T16:30:00.000Z' }]);
  });
});

describe('a patient', () => {
  it('is registered, listed and found', async () => {
    const { asAdmin } = await open();
    const made = await asAdmin('POST', '/patients', { body: { id: 'p-9', name: '  Jo  ' } });
    expect([made.status, made.json]).toEqual([201, { id: 'p-9', name: 'Jo' }]);
    expect(made.headers.get('location')).toBe('/api/v1/patients/p-9');
    const found = await asAdmin('GET', '/patients/p-9');
    expect([found.json, found.headers.get('etag')]).toEqual([made.json, '"1"']);
    const page = await asAdmin('GET', '/patients');
    expect(page.json).toEqual({
      items: [{ id: 'p-1', name: 'Mx p-1' }, { id: 'p-2', name: 'Mx p-2' }, made.json],
      nextCursor: null,
    });
    const taken = await asAdmin('POST', '/patients', { body: { id: 'p-9', name: 'Somebody' } });
    expect([taken.status, taken.json.code]).toEqual([409, 'patient.already_exists']);
  });

  it('gets an id, the same for a repeat', async () => {
    const { asAdmin } = await open();
    const again = { headers: { 'idempotency-key': '"a key"'.replace(' ', '-') }, body: { name: 'Jo' } };
    const first = await asAdmin('POST', '/patients', again);
    expect((await asAdmin('POST', '/patients', again)).json).toEqual(first.json);
    const unreadable = { ...again, headers: { 'idempotency-key': 'x'.repeat(256) } };
    const refused = await asAdmin('POST', '/patients', unreadable);
    expect([refused.status, refused.json.field]).toEqual([400, 'idempotency-key']);
  });

  it('is there for administrators and for that patient alone', async () => {
    const { call, tokens } = await open();
    const see = async (token: string, path: string) => (await call('GET', path, { token })).status;
    expect(await see(tokens.patient, '/api/v1/patients/p-1')).toBe(200);
    expect(await see(tokens.patient, '/api/v1/patients/p-2')).toBe(404);
    expect(await see(tokens.patient, '/api/v1/patients/p-none')).toBe(404);
    expect(await see(tokens.doctor, '/api/v1/patients/p-1')).toBe(404);
    expect(await see(tokens.doctor, '/api/v1/patients')).toBe(403);
  });
});

describe('who is no administrator', () => {
  it.each([
    ['POST', '/doctors', NEW_DOCTOR],
    ['PUT', '/doctors/dr-1', { name: 'Dr X', timeZone: 'UTC' }],
    ['PUT', '/patients/p-1', { name: 'Mx X' }],
    ['PUT', '/doctors/dr-1/schedule', { windows: [] }],
    ['PUT', '/doctors/dr-1/time-zone', { timeZone: 'UTC' }],
    ['PUT', '/doctors/dr-1/overrides/2026-12-24', { windows: [] }],
    ['DELETE', '/doctors/dr-1/overrides/2026-12-24', undefined],
    ['POST', '/patients', { name: 'Jo' }],
    ['POST', '/consultations', { patientId: 'p-1', doctorId: 'dr-1', durationMinutes: 5 }],
    ['GET', '/access-log', undefined],
  ])('may not: %s %s', async (method, path, body) => {
    const { call, tokens } = await open();
    for (const token of [tokens.doctor, tokens.patient, tokens.stranger]) {
      const { status, json } = await call(method, `/api/v1${path}`, { token, body });
      expect([status, json.code]).toEqual([403, 'auth.forbidden']);
    }
  });
});
