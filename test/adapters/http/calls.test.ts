import { expect, it } from 'vitest';
import { createChatCalls } from '../../../src/adapters/http/calls/chat-calls.js';
import type { ChatError } from '../../../src/adapters/http/calls/chat-error.js';
import { createInProcessApi } from '../../../src/adapters/http/calls/in-process-api.js';
import { meaningOf } from '../../../src/adapters/http/problem.js';
import { createRecordingLogger } from '../../../src/adapters/memory/loggers.js';
import type { ChatCalls } from '../../../src/protocol/calls.js';
import { WEEKDAYS } from './api-clinic.js';
import type { ApiDocument } from './api-document.js';
import { type ApiHarness, apiHarness, type HarnessOptions } from './api-harness.js';

const harness = apiHarness();
/** A Monday, while `WEEKDAYS` are open. */
const NOW = '2026-03-02T10:00:00.000Z';

interface Clinic {
  readonly api: ApiHarness;
  readonly chat: ChatCalls;
  readonly logger: ReturnType<typeof createRecordingLogger>;
  close(): Promise<void>;
}

async function openHost(options: HarnessOptions = {}): Promise<Clinic> {
  const api = await harness.open({ startAt: NOW, ...options });
  const logger = createRecordingLogger();
  const { application, time, ports } = api.memory;
  const { administration } = application;
  const inProcess = createInProcessApi({ administration, clock: time.clock, ids: ports.ids, logger });
  return { api, chat: createChatCalls(inProcess.ask), logger, close: inProcess.close };
}

async function openClinic(options?: HarnessOptions): Promise<Clinic> {
  const clinic = await openHost(options);
  const { chat } = clinic;
  await chat.doctors.create({ id: 'dr-1', name: 'Dr One', timeZone: 'UTC', windows: WEEKDAYS as never });
  await chat.patients.create({ id: 'p-1', name: 'Mx One' });
  await chat.consultations.create({ id: 'c-1', patientId: 'p-1', doctorId: 'dr-1', durationMinutes: 30 });
  return clinic;
}

/** What a call was refused with. */
async function refusal(call: Promise<unknown>): Promise<ChatError> {
  return call.then(
    () => expect.unreachable('it was not refused'),
    (error: ChatError) => {
      expect(error).toMatchObject({ name: 'ChatError', message: expect.stringContaining(' ') });
      expect(error.status, 'as the HTTP API answers').toBe(meaningOf(error.code).status);
      return error;
    },
  );
}

it('does what the HTTP API does, operation by operation, and answers with the same', async () => {
  const { api, chat } = await openClinic();
  const token = api.memory.authenticator.issue({ role: 'admin', id: 'admin-1' });
  const http = async (path: string): Promise<unknown> =>
    (await api.call('GET', `/api/v1/${path}`, { token })).json;

  const { etag, ...doctor } = await chat.doctors.get('dr-1');
  expect(etag).toMatch(/^"\d+"$/);
  expect(doctor).toEqual(await http('doctors/dr-1'));
  expect(await chat.doctors.list()).toEqual(await http('doctors'));
  expect(
    await chat.doctors.availability('dr-1', { from: new Date(NOW), to: '2026-03-03T10:00:00+00:00' }),
  ).toEqual(await http(`doctors/dr-1/availability?from=${NOW}&to=2026-03-03T10:00:00Z`));
  expect(await chat.doctors.setSchedule('dr-1', { timeZone: 'Europe/Vienna', windows: [] })).toMatchObject({
    timeZone: 'Europe/Vienna',
    windows: [],
  });
  expect(await chat.doctors.setTimeZone('dr-1', { timeZone: 'UTC' })).toMatchObject({ timeZone: 'UTC' });
  const christmas = { date: '2026-12-24', windows: [{ startTime: '10:00', endTime: '12:00' }] };
  const { overrides } = await chat.doctors.setOverride('dr-1', christmas.date, {
    windows: christmas.windows,
  });
  expect(overrides).toEqual([christmas]);
  expect(await chat.doctors.removeOverride('dr-1', christmas.date)).toEqual({ etag: expect.any(String) });
  expect(await chat.doctors.get('dr-1')).toMatchObject({ overrides: [] });

  expect(await chat.patients.get('p-1')).toMatchObject((await http('patients/p-1')) as object);
  expect(await chat.patients.list({ limit: 1 })).toEqual(await http('patients?limit=1'));

  expect(await chat.consultations.get('c-1')).toMatchObject((await http('consultations/c-1')) as object);
  const open = { status: 'open', patientId: 'p-1' } as const;
  expect(await chat.consultations.list(open)).toEqual(await http('consultations?status=open&patientId=p-1'));
  expect(await chat.consultations.extend('c-1', { durationMinutes: 60 })).toMatchObject({
    expiresAt: '2026-03-02T11:00:00.000Z',
  });
  expect(await chat.consultations.end('c-1')).toMatchObject({ status: 'ended' });
  const later = new Date('2026-03-04T10:00:00.000Z');
  expect(await chat.consultations.reopen('c-1', { expiresAt: later })).toMatchObject({
    status: 'open',
    expiresAt: later.toISOString(),
  });
  expect(await chat.consultations.messages('c-1', { after: 0 })).toEqual({
    messages: [],
    headSeq: 0,
    hasMore: false,
  });
  expect(await chat.consultations.events('c-1')).toEqual(await http('consultations/c-1/events'));
});

it('leads through a list page by page', async () => {
  const { chat } = await openHost();
  for (const id of ['a', 'b', 'c']) await chat.patients.create({ id, name: id });
  const first = await chat.patients.list({ limit: 2 });
  expect(first.items.map(({ id }) => id)).toEqual(['a', 'b']);
  const second = await chat.patients.list({ limit: 2, after: first.nextCursor ?? '' });
  expect(second).toEqual({ items: [{ id: 'c', name: 'c' }], nextCursor: null });
});

it('acts as the administrator host, which the records tell, or as whom the call names', async () => {
  const { chat } = await openClinic();
  const as = { role: 'patient', id: 'p-1' } as const;
  expect(await chat.consultations.get('c-1', { as })).toMatchObject({ id: 'c-1' });
  await chat.consultations.get('c-1');
  const [opened] = (await chat.consultations.events('c-1')).items;
  expect(opened).toMatchObject({ type: 'ConsultationOpened', actor: { kind: 'admin', id: 'host' } });
  const { items } = await chat.accessLog.list({ consultationId: 'c-1' });
  const read = items.filter(({ action }) => action === 'read_consultation');
  expect(read).toMatchObject([
    { person: { kind: 'admin', id: 'host' }, channel: 'process', requestId: expect.any(String) },
    { person: { kind: 'patient', id: 'p-1' }, channel: 'process' },
  ]);

  const stranger = { as: { role: 'patient', id: 'p-2' } } as const;
  expect(await refusal(chat.consultations.get('c-1', stranger))).toMatchObject({
    code: 'consultation.not_found',
  });
  expect(await refusal(chat.patients.list({}, { as }))).toMatchObject({ code: 'auth.forbidden' });
  expect(await refusal(chat.accessLog.list({}, { as }))).toMatchObject({ code: 'auth.forbidden' });
});

it('refuses whom nobody can be', async () => {
  const { chat } = await openHost();
  const as = (caller: unknown) => refusal(chat.doctors.list({}, { as: caller as never }));
  expect(await as({ role: 'nurse', id: 'n-1' })).toMatchObject({ code: 'request.invalid', field: 'as.role' });
  expect(await as({ role: 'doctor', id: 'not an id' })).toMatchObject({
    code: 'request.invalid',
    field: 'as.id',
  });
  for (const caller of ['admin', null, {}])
    expect(await as(caller)).toMatchObject({ code: 'request.invalid' });
});

it('checks what it is given as over HTTP, and names the field', async () => {
  const { chat } = await openClinic();
  const wrong: readonly (readonly [() => Promise<unknown>, string])[] = [
    [() => chat.doctors.create(undefined as never), 'body'],
    [() => chat.doctors.create({ name: 'Dr', timeZone: 'Mars/Olympus' }), 'timeZone'],
    [
      () =>
        chat.doctors.setSchedule('dr-1', { windows: [{ dayOfWeek: 1, startTime: '9', endTime: '10:00' }] }),
      'windows.0.startTime',
    ],
    [() => chat.doctors.setOverride('dr-1', '2026-02-30', { windows: [] }), 'date'],
    [() => chat.doctors.get('not an id'), 'doctorId'],
    [() => chat.doctors.get(''), 'doctorId'],
    [() => chat.doctors.get(undefined as never), 'doctorId'],
    [() => chat.doctors.get('\ud800'), 'doctorId'],
    [() => chat.doctors.get('x'.repeat(2_000)), 'doctorId'],
    [() => chat.doctors.availability('dr-1', { from: new Date(Number.NaN) }), 'from'],
    [() => chat.consultations.get('../doctors'), 'consultationId'],
    [() => chat.consultations.list({ limit: 0 }), 'limit'],
    [() => chat.consultations.list({ after: 'made up' }), 'after'],
    [() => chat.consultations.list({ status: {} as never }), 'status'],
    [() => chat.consultations.extend('c-1', { durationMinutes: 1.5 }), 'durationMinutes'],
    [() => chat.consultations.end('c-1', { idempotencyKey: '' }), 'idempotency-key'],
    [() => chat.patients.create({ name: 10n as never }), 'body'],
  ];
  for (const [call, field] of wrong) {
    expect(await refusal(call()), field).toMatchObject({ code: 'request.invalid', field });
  }
  const large = { name: 'x'.repeat(70_000) };
  expect(await refusal(chat.patients.create(large))).toMatchObject({ code: 'request.too_large' });
});

it('takes every id that a person may have', async () => {
  const { chat } = await openHost();
  for (const id of ['.', '..', 'auth0|5f7c', 'a+b@clinic.example', 'urn:uuid:1', '~', 'x'.repeat(128)]) {
    await chat.patients.create({ id, name: 'Somebody' });
    expect(await chat.patients.get(id)).toMatchObject({ id });
    expect(await chat.consultations.list({ patientId: id }), id).toMatchObject({ items: [] });
  }
});

it('does once what is repeated under a key, and nothing over a state that nobody has seen', async () => {
  const { chat } = await openClinic();
  const made = await chat.patients.create({ name: 'Somebody' }, { idempotencyKey: 'k-1' });
  expect(await chat.patients.create({ name: 'Somebody' }, { idempotencyKey: 'k-1' })).toEqual(made);
  expect(await refusal(chat.patients.create({ name: 'Another' }, { idempotencyKey: 'k-1' }))).toMatchObject({
    code: 'idempotency.conflict',
  });
  const { etag } = await chat.doctors.get('dr-1');
  await chat.doctors.setTimeZone('dr-1', { timeZone: 'Asia/Tokyo' }, { ifMatch: etag });
  const again = chat.doctors.setTimeZone('dr-1', { timeZone: 'UTC' }, { ifMatch: etag });
  expect(await refusal(again)).toMatchObject({ code: 'precondition.failed' });
});

it('says how long to wait where nothing can be stored now, and nothing of the inside', async () => {
  const { chat, logger } = await openHost({
    decorate: (ports) => ({
      ...ports,
      accessLog: { ...ports.accessLog, record: async () => ({ outcome: 'overloaded', retryAfterMs: 700 }) },
      directory: { ...ports.directory, doctors: () => Promise.reject(new Error('of the inside')) },
    }),
  });
  await chat.patients.create({ id: 'p-1', name: 'Mx One' });
  expect(await refusal(chat.patients.get('p-1'))).toMatchObject({
    code: 'server.overloaded',
    retryAfterMs: 700,
  });
  const failed = await refusal(chat.doctors.list());
  expect(failed.code).toBe('server.error');
  expect(`${failed.stack} ${JSON.stringify(failed)}`).not.toContain('of the inside');
  expect(logger.entries).toMatchObject([
    { event: 'http.request_failed', fields: { requestId: failed.requestId } },
  ]);
});

it('finishes what was asked before it closes, and then says that nothing runs', async () => {
  const { chat, close } = await openClinic();
  const asked = chat.doctors.get('dr-1');
  await close();
  expect(await asked).toMatchObject({ id: 'dr-1' });
  await expect(chat.doctors.get('dr-1')).rejects.toThrow('the chat is not running');
  await close();
});

it('creates or changes people, as a put over HTTP does', async () => {
  const { chat } = await openClinic();
  const made = await chat.patients.put('p-2', { name: 'Mx Two' }, { ifNoneMatch: '*' });
  expect(made).toEqual({ id: 'p-2', name: 'Mx Two', etag: '"1"' });
  expect(await refusal(chat.patients.put('p-2', { name: 'Mx 2' }, { ifNoneMatch: '*' }))).toMatchObject({
    code: 'precondition.failed',
  });
  expect(await chat.patients.put('p-2', { name: 'Mx 2' }, { ifMatch: made.etag })).toMatchObject({
    name: 'Mx 2',
  });
  const moved = await chat.doctors.put('dr-1', { name: 'Dr 1', timeZone: 'Europe/Vienna' });
  expect(moved).toMatchObject({ name: 'Dr 1', timeZone: 'Europe/Vienna', windows: WEEKDAYS });
});

it('refuses an option that it does not know, and does nothing', async () => {
  const { chat } = await openClinic();
  const misspelled = { ifmatch: '"9"' } as object;
  expect(await refusal(chat.patients.put('p-1', { name: 'Mx New' }, misspelled))).toMatchObject({
    code: 'request.invalid',
    field: 'options.ifmatch',
  });
  expect(await chat.patients.get('p-1')).toMatchObject({ name: 'Mx One' });
});

it('has every operation of the HTTP API but to ask who one is, which the host knows', async () => {
  const { api } = await openHost();
  const asked: string[] = [];
  const calls = createChatCalls(async ({ method, path }) => {
    asked.push(`${method} /api/v1/${path.map((part) => part ?? '{}').join('/')}`);
    return undefined as never;
  });
  for (const area of Object.values(calls)) {
    for (const call of Object.values(area)) await (call as () => Promise<unknown>)();
  }
  const { paths } = (await api.call('GET', '/api/openapi.json')).json as ApiDocument;
  const documented = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{\w+\}/g, '{}')}`),
  );
  const operations = documented.filter((each) => each.includes(' /api/v1/') && each !== 'GET /api/v1/me');
  expect(asked.sort()).toEqual(operations.sort());
});
