import { beforeEach, describe, expect, test } from 'vitest';
import type { Requester } from '../../../src/application/lookup/requester.js';
import type { AccessLogFilter } from '../../../src/application/ports/access-log.js';
import type { ConsultationFilter } from '../../../src/application/ports/directory.js';
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from '../../../src/domain/instant.js';
import { ADMIN, ANYONE, daily, openConsultation, requester, say } from '../../support/clinic.js';
import { createFaultyEventStore, StoreFailure } from '../../support/faulty-event-store.js';
import { type MemoryApplication, openMemoryApplication } from '../../support/memory-application.js';

const ALL: ConsultationFilter = { patientId: null, doctorId: null, status: null };
const EVERYTHING: AccessLogFilter = { consultationId: null, person: null, from: null, to: null };
const PATIENT = requester('patient', 'patient-1');
const DOCTOR = requester('doctor', 'doctor-1');
const STRANGERS: readonly Requester[] = [
  requester('patient', 'patient-2'),
  requester('doctor', 'doctor-2'),
  // The right id in the wrong role.
  requester('doctor', 'patient-1'),
];

let clinic: MemoryApplication;
let now: Instant;

beforeEach(async () => {
  clinic = openMemoryApplication();
  now = clinic.time.clock.now();
  await openConsultation(clinic.application, { expiresAt: now + DAY_MS });
});

const keyed = (idempotencyKey: string) => ({ idempotencyKey, ifVersion: null });
const at = (ifVersion: number) => ({ idempotencyKey: null, ifVersion });
const types = (id = 'consultation-1') =>
  clinic.log.stream(`consultation:${id}`).map(({ event }) => event.type);
const between = { patientId: 'patient-1', doctorId: 'doctor-1' };

/** Both parties are in the room; what they hear. */
async function join({ connect, broadcaster }: MemoryApplication) {
  for (const sender of ['user', 'doctor'] as const) {
    const session = connect(sender);
    const request = { consultationId: 'consultation-1', sender, after: null };
    expect(await session.join(request)).toMatchObject({ outcome: 'joined' });
  }
  return (type: string) => broadcaster.inbox('user').filter((heard) => heard.type === type);
}

describe('an admin', () => {
  test('leads a consultation through its life, and each answer has the version', async () => {
    const { application } = clinic;
    const request = { consultationId: 'c', ...between, until: { durationMinutes: 30 } };
    expect(await application.administration.openConsultation(ADMIN, request)).toEqual({
      outcome: 'done',
      version: 1,
      value: {
        consultationId: 'c',
        status: 'open',
        expiresAt: now + 30 * MINUTE_MS,
        readSeq: { user: 0, doctor: 0 },
        patient: { id: 'patient-1', name: 'Mx patient-1' },
        doctor: { id: 'doctor-1', name: 'Dr doctor-1' },
      },
    });
    await clinic.time.advance(10 * MINUTE_MS);
    expect(
      await application.administration.extendConsultation(ADMIN, 'c', { durationMinutes: 30 }),
    ).toMatchObject({
      value: { expiresAt: now + 40 * MINUTE_MS },
      version: 2,
    });
    expect(await application.administration.endConsultation(ADMIN, 'c')).toMatchObject({
      value: { status: 'ended' },
      version: 3,
    });
    const reopened = await application.administration.reopenConsultation(ADMIN, 'c', now + DAY_MS);
    expect(reopened).toMatchObject({ value: { status: 'open', expiresAt: now + DAY_MS }, version: 4 });
    expect(await application.administration.consultation(ADMIN, 'c')).toEqual(reopened);
    expect(clinic.log.stream('consultation:c').map(({ actor }) => actor)).toEqual(
      Array.from({ length: 4 }, () => ({ kind: 'admin', id: 'admin-1' })),
    );
  });

  test('is refused what the rules refuse, by the name that was given to it', async () => {
    const { application } = clinic;
    const open = (request: object) =>
      application.administration.openConsultation(ADMIN, {
        consultationId: null,
        ...between,
        until: { durationMinutes: 5 },
        ...request,
      });
    const invalid = (field: string) => ({ code: 'request.invalid', field });
    expect(await open({ doctorId: 'nobody' })).toMatchObject({ code: 'doctor.not_found', field: 'doctorId' });
    expect(await open({ patientId: 'nobody' })).toMatchObject({ code: 'patient.not_found' });
    expect(await open({ consultationId: 'consultation-1' })).toMatchObject({
      code: 'consultation.already_exists',
    });
    expect(await open({ until: { expiresAt: now } })).toMatchObject(invalid('expiresAt'));
    for (const durationMinutes of [0, -1, 1.5, Number.NaN, 366 * 24 * 60 + 1]) {
      expect(await open({ until: { durationMinutes } })).toMatchObject(invalid('durationMinutes'));
    }
    const extend = (until: Parameters<typeof application.administration.extendConsultation>[2]) =>
      application.administration.extendConsultation(ADMIN, 'consultation-1', until);
    expect(await extend({ expiresAt: now + HOUR_MS })).toMatchObject(invalid('expiresAt'));
    expect(await extend({ durationMinutes: 60 })).toMatchObject(invalid('durationMinutes'));
    expect(await application.administration.endConsultation(ADMIN, 'nowhere')).toMatchObject({
      code: 'consultation.not_found',
    });
  });

  test('hears of a version that is no more, and of a consultation that is not there', async () => {
    const { application } = clinic;
    const until = { expiresAt: now + 2 * DAY_MS };
    expect(
      await application.administration.extendConsultation(ADMIN, 'consultation-1', until, at(2)),
    ).toMatchObject({
      code: 'precondition.failed',
    });
    expect(
      await application.administration.extendConsultation(ADMIN, 'consultation-1', until, at(1)),
    ).toMatchObject({
      outcome: 'done',
      version: 2,
    });
    expect(await application.administration.endConsultation(ADMIN, 'consultation-1', at(1))).toMatchObject({
      code: 'precondition.failed',
    });
    expect(await application.administration.endConsultation(ADMIN, 'nowhere', at(1))).toMatchObject({
      code: 'consultation.not_found',
    });
  });
});

describe('a change', () => {
  test('shows at once to those who are present', async () => {
    const { application } = clinic;
    const heard = await join(clinic);
    await application.administration.extendConsultation(ADMIN, 'consultation-1', {
      expiresAt: now + 2 * DAY_MS,
    });
    await application.administration.endConsultation(ADMIN, 'consultation-1');
    await application.administration.reopenConsultation(ADMIN, 'consultation-1', now + DAY_MS);
    expect(heard('consultation_updated')).toMatchObject([
      { consultation: { status: 'open', expiresAt: now + 2 * DAY_MS } },
      { consultation: { status: 'ended' } },
      { consultation: { status: 'open', expiresAt: now + DAY_MS } },
    ]);
    // On arriving, and when messages are taken again.
    expect(heard('doctor_ready')).toHaveLength(2);
  });

  test('of the schedule shows at once, too', async () => {
    const { application } = clinic;
    const heard = await join(clinic);
    await application.administration.setSchedule(ADMIN, 'doctor-1', { windows: daily('20:00', '21:00') });
    expect(heard('doctor_away')).toHaveLength(1);
    await application.administration.setDateOverride(ADMIN, 'doctor-1', {
      date: '2026-03-02',
      windows: [{ startTime: '09:00', endTime: '12:00' }],
    });
    expect(heard('doctor_ready')).toHaveLength(2);
    await application.administration.removeDateOverride(ADMIN, 'doctor-1', '2026-03-02');
    expect(heard('doctor_away')).toHaveLength(2);
  });
});

describe('a repeat under the same key', () => {
  test.each([
    ['a moment', { expiresAt: Date.parse('2026-03-04T00:00:00Z') }],
    ['minutes', { durationMinutes: 60 }],
  ])('opens one consultation, whose id is made of the key: until %s', async (_, until) => {
    const { application } = clinic;
    const request = { consultationId: null, ...between, until };
    const first = await application.administration.openConsultation(ADMIN, request, keyed('k'));
    await clinic.time.advance(5 * MINUTE_MS);
    expect(await application.administration.openConsultation(ADMIN, request, keyed('k'))).toEqual(first);
    const others = [
      await application.administration.openConsultation(ADMIN, request, keyed('l')),
      await application.administration.openConsultation(requester('admin', 'admin-2'), request, keyed('k')),
      await application.administration.openConsultation(ADMIN, request),
      await application.administration.openConsultation(ADMIN, request),
    ];
    const ids = [first, ...others].map((answer) =>
      answer.outcome === 'done' ? answer.value.consultationId : answer.code,
    );
    expect(new Set(ids).size).toBe(5);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  });

  test('extends once, and is answered with how it stands by then', async () => {
    const { application } = clinic;
    const extend = (key: string) =>
      application.administration.extendConsultation(
        ADMIN,
        'consultation-1',
        { durationMinutes: 2_000 },
        keyed(key),
      );
    await extend('k');
    await clinic.time.advance(HOUR_MS);
    expect(await extend('k')).toMatchObject({ value: { expiresAt: now + 2_000 * MINUTE_MS }, version: 2 });
    expect(await extend('l')).toMatchObject({ version: 3 });
    await application.administration.endConsultation(ADMIN, 'consultation-1');
    expect(await extend('k')).toMatchObject({ outcome: 'done', value: { status: 'ended' }, version: 4 });
    expect(await extend('m')).toMatchObject({ code: 'consultation.inactive' });
    expect(types()).toHaveLength(4);
  });

  test('ends and reopens once, whatever version it names', async () => {
    const { application } = clinic;
    const both = { idempotencyKey: 'k', ifVersion: 1 };
    await application.administration.endConsultation(ADMIN, 'consultation-1', both);
    expect(await application.administration.endConsultation(ADMIN, 'consultation-1', both)).toMatchObject({
      version: 2,
    });
    const reopen = () =>
      application.administration.reopenConsultation(ADMIN, 'consultation-1', now + DAY_MS, keyed('r'));
    expect(await reopen()).toMatchObject({ version: 3 });
    expect(await reopen()).toMatchObject({ version: 3 });
    expect(types()).toEqual(['ConsultationOpened', 'ConsultationEnded', 'ConsultationReopened']);
  });

  test('is refused when it asks for something else', async () => {
    const { application } = clinic;
    const until = { expiresAt: now + 2 * DAY_MS };
    const conflict = { code: 'idempotency.conflict' };
    await application.administration.extendConsultation(ADMIN, 'consultation-1', until, keyed('k'));
    const later = { expiresAt: now + 3 * DAY_MS };
    expect(
      await application.administration.extendConsultation(ADMIN, 'consultation-1', later, keyed('k')),
    ).toMatchObject(conflict);
    expect(
      await application.administration.endConsultation(ADMIN, 'consultation-1', keyed('k')),
    ).toMatchObject(conflict);
    const open = (request: object) =>
      application.administration.openConsultation(
        ADMIN,
        { consultationId: null, ...between, until, ...request },
        keyed('k'),
      );
    await application.administration.registerPatient(ADMIN, { patientId: 'patient-2', name: 'Mx Two' });
    expect(await open({})).toMatchObject({ outcome: 'done' });
    expect(await open({ patientId: 'patient-2' })).toMatchObject(conflict);
    expect(await open({ until: { durationMinutes: 5 } })).toMatchObject(conflict);
    expect(await open({})).toMatchObject({ outcome: 'done' });
  });

  test('at the same time is done once', async () => {
    const { application } = clinic;
    const request = { consultationId: null, ...between, until: { durationMinutes: 60 } };
    const [first, ...others] = await Promise.all(
      Array.from({ length: 5 }, () =>
        application.administration.openConsultation(ADMIN, request, keyed('k')),
      ),
    );
    expect(first).toMatchObject({ outcome: 'done', version: 1 });
    for (const other of others) expect(other).toEqual(first);
  });

  test('tells those present what they were not told when the answer got lost', async () => {
    const log = openMemoryApplication();
    const faulty = createFaultyEventStore(log.ports.eventStore);
    const shaky = openMemoryApplication({
      log: log.log,
      time: log.time,
      decorate: () => ({ eventStore: faulty.eventStore }),
    });
    await openConsultation(shaky.application, { expiresAt: now + DAY_MS });
    const heard = await join(shaky);
    faulty.failNext('stored');
    const end = () => shaky.application.administration.endConsultation(ADMIN, 'consultation-1', keyed('k'));
    await expect(end()).rejects.toThrow(StoreFailure);
    expect(heard('consultation_updated')).toEqual([]);
    expect(await end()).toMatchObject({ outcome: 'done', version: 2 });
    expect(heard('consultation_updated')).toMatchObject([{ consultation: { status: 'ended' } }]);
  });

  test.each(['', '\u0000', 'é:"\\', 'x'.repeat(10_000), '["key"]'])('may be any text: %j', async (key) => {
    const { application } = clinic;
    await application.administration.endConsultation(ADMIN, 'consultation-1', keyed(key));
    expect(
      await application.administration.endConsultation(ADMIN, 'consultation-1', keyed(key)),
    ).toMatchObject({
      outcome: 'done',
      version: 2,
    });
  });

  test('of what was refused is decided anew', async () => {
    const { application } = clinic;
    const reopen = () =>
      application.administration.reopenConsultation(ADMIN, 'consultation-1', now + DAY_MS, keyed('k'));
    expect(await reopen()).toMatchObject({ code: 'consultation.still_open' });
    await application.administration.endConsultation(ADMIN, 'consultation-1');
    expect(await reopen()).toMatchObject({ outcome: 'done' });
  });
});

describe('who may not', () => {
  const attempts = (by: Requester, id: string) => {
    const { application } = clinic;
    return Promise.all([
      application.administration.extendConsultation(by, id, { expiresAt: now + 2 * DAY_MS }),
      application.administration.endConsultation(by, id),
      application.administration.reopenConsultation(by, id, now + 2 * DAY_MS),
      application.administration.auditTrail(by, id, { after: 0, limit: 10 }),
    ]);
  };

  test('change otherwise than extend and end: the doctor', async () => {
    const refused = { outcome: 'refused', code: 'auth.forbidden' };
    const [extended, ended, ...others] = await attempts(DOCTOR, 'consultation-1');
    expect([extended?.outcome, ended?.outcome]).toEqual(['done', 'done']);
    expect(others).toEqual([refused, refused]);
    for (const answer of await attempts(DOCTOR, 'nowhere')) {
      expect(answer).toEqual({ outcome: 'refused', code: 'consultation.not_found' });
    }
    expect(types()).toEqual(['ConsultationOpened', 'ConsultationExtended', 'ConsultationEnded']);
  });

  test.each([PATIENT, ANYONE])('change: $caller, and is told so of an own one', async (by) => {
    for (const answer of await attempts(by, 'consultation-1')) {
      expect(answer).toEqual({ outcome: 'refused', code: 'auth.forbidden' });
    }
    for (const answer of await attempts(by, 'nowhere')) {
      expect(answer).toEqual({ outcome: 'refused', code: 'consultation.not_found' });
    }
    expect(types()).toEqual(['ConsultationOpened']);
  });

  test.each(STRANGERS)('see: $caller, to whom it does not exist', async (by) => {
    const notFound = { outcome: 'refused', code: 'consultation.not_found' };
    for (const answer of await attempts(by, 'consultation-1')) expect(answer).toEqual(notFound);
    expect(await clinic.application.administration.consultation(by, 'consultation-1')).toEqual(notFound);
    expect(await clinic.application.administration.consultation(by, 'nowhere')).toEqual(notFound);
  });

  test('open, or read the access log', async () => {
    const { application } = clinic;
    for (const by of [PATIENT, DOCTOR, ANYONE, ...STRANGERS]) {
      const request = { consultationId: null, ...between, until: { durationMinutes: 5 } };
      expect(await application.administration.openConsultation(by, request)).toMatchObject({
        code: 'auth.forbidden',
      });
      expect(
        await application.administration.accessLog(by, EVERYTHING, { after: null, limit: 5 }),
      ).toMatchObject({
        code: 'auth.forbidden',
      });
    }
  });

  test('costs the store the same for one that exists as for one that does not', async () => {
    const reads: string[] = [];
    const watched = openMemoryApplication({
      decorate: ({ stateReader }) => ({
        stateReader: {
          ...stateReader,
          consultation: (id) => {
            reads.push(id);
            return stateReader.consultation(id);
          },
        },
      }),
    });
    await openConsultation(watched.application, { expiresAt: now + DAY_MS });
    const [stranger = ADMIN] = STRANGERS;
    const readsOf = async (id: string) => {
      reads.length = 0;
      await watched.application.administration.endConsultation(stranger, id);
      await watched.application.administration.consultation(stranger, id);
      return reads.length;
    };
    expect(await readsOf('consultation-1')).toBe(await readsOf('nowhere'));
  });
});

describe('reading', () => {
  test('a consultation stands in the access log before it is shown', async () => {
    const { application, ports } = clinic;
    for (const by of [PATIENT, DOCTOR, ADMIN]) {
      expect(await application.administration.consultation(by, 'consultation-1')).toMatchObject({
        outcome: 'done',
      });
    }
    const { entries = [] } = (await ports.accessLog.query(EVERYTHING, null, 10)) ?? {};
    const reads = entries.filter(({ kind }) => kind === 'read');
    expect(reads.map(({ reader }) => reader.kind).sort()).toEqual(['admin', 'doctor', 'patient']);
    expect(reads[0]).toMatchObject({
      consultationId: 'consultation-1',
      action: 'read_consultation',
      channel: 'http',
      at: now,
    });
  });

  test('shows nothing where the access log takes nothing', async () => {
    const full = openMemoryApplication({
      decorate: ({ accessLog }) => ({
        accessLog: { ...accessLog, record: async () => ({ outcome: 'overloaded', retryAfterMs: 9 }) },
      }),
    });
    await openConsultation(full.application, { expiresAt: now + DAY_MS });
    const { application } = full;
    const refused = { outcome: 'refused', code: 'server.overloaded', retryAfterMs: 9 };
    expect(await application.administration.consultation(ADMIN, 'consultation-1')).toEqual(refused);
    const page = { after: 0, limit: 10 };
    expect(await application.administration.auditTrail(ADMIN, 'consultation-1', page)).toEqual(refused);
    const filter = { ...EVERYTHING, consultationId: 'consultation-1' };
    expect(await application.administration.accessLog(ADMIN, filter, { after: null, limit: 1 })).toEqual(
      refused,
    );
  });

  test('lists one’s own consultations, whatever the filter', async () => {
    const { application } = clinic;
    const people = { patientId: 'patient-2', doctorId: 'doctor-2' };
    const expiresAt = now + DAY_MS;
    await openConsultation(application, { consultationId: 'c-2', ...people, expiresAt });
    await openConsultation(application, { consultationId: 'c-3', doctorId: 'doctor-2', expiresAt });
    const list = async (by: Requester, filter: Partial<ConsultationFilter> = {}) => {
      const page = await application.administration.consultations(
        by,
        { ...ALL, ...filter },
        { after: null, limit: 10 },
      );
      return page.outcome === 'page' ? page.items.map(({ value }) => value.consultationId) : page.code;
    };
    expect(await list(ADMIN)).toEqual(['c-2', 'c-3', 'consultation-1']);
    expect(await list(ADMIN, { patientId: 'patient-2' })).toEqual(['c-2']);
    expect(await list(PATIENT)).toEqual(['c-3', 'consultation-1']);
    expect(await list(PATIENT, { doctorId: 'doctor-2' })).toEqual(['c-3']);
    expect(await list(PATIENT, { patientId: 'patient-2' })).toEqual([]);
    expect(await list(DOCTOR)).toEqual(['consultation-1']);
    expect(await list(DOCTOR, { doctorId: 'doctor-2' })).toEqual([]);
    expect(await list(ANYONE)).toBe('auth.forbidden');
  });

  test('goes page by page, within the limit', async () => {
    const { application } = clinic;
    for (const id of ['c-2', 'c-3']) {
      await openConsultation(application, { consultationId: id, expiresAt: now + DAY_MS });
    }
    const page = (after: string | null, limit: number) =>
      application.administration.consultations(ADMIN, ALL, { after, limit });
    expect(await page(null, 2)).toMatchObject({
      items: [{ value: { consultationId: 'c-2' }, version: 1 }, { value: { consultationId: 'c-3' } }],
      next: 'c-3',
    });
    expect(await page('c-3', 2)).toMatchObject({
      items: [{ value: { consultationId: 'consultation-1' } }],
      next: null,
    });
    expect(await page(null, 3)).toMatchObject({ next: null });
    for (const limit of [0, -1, 1.5, 201, Number.NaN]) {
      expect(await page(null, limit)).toMatchObject({ code: 'request.invalid', field: 'limit' });
    }
  });
});

describe('the audit trail', () => {
  test('tells who did what and when, and nothing of what was said', async () => {
    const { application, time } = clinic;
    const secret = 'it hurts 👩🏽‍⚕️';
    await time.advance(MINUTE_MS);
    const message = { consultationId: 'consultation-1', content: secret, clientMessageId: 'it-hurts' };
    const sent = await say(application, { ...message, sender: 'user' });
    // By a part of the system that nobody can ask for it.
    await clinic.ports.eventStore.append({
      streamId: 'consultation:consultation-1',
      expectedVersion: 2,
      events: [{ type: 'ConsultationEnded', data: { consultationId: 'consultation-1' } }],
      actor: { kind: 'system', id: 'cleaner' },
      occurredAt: time.clock.now(),
    });
    const trail = await application.administration.auditTrail(ADMIN, 'consultation-1', {
      after: 0,
      limit: 10,
    });
    expect(trail).toEqual({
      outcome: 'page',
      next: null,
      entries: [
        {
          version: 1,
          type: 'ConsultationOpened',
          at: now,
          actor: { kind: 'admin', id: 'admin-1' },
          details: { ...between, expiresAt: '2026-03-03T10:00:00.000Z' },
        },
        {
          version: 2,
          type: 'MessageSent',
          at: now + MINUTE_MS,
          actor: { kind: 'patient', id: 'patient-1' },
          details: {
            seq: 1,
            messageId: sent.outcome === 'accepted' ? sent.message.messageId : null,
            sender: 'user',
            length: [...secret].length,
          },
        },
        {
          version: 3,
          type: 'ConsultationEnded',
          at: now + MINUTE_MS,
          actor: { kind: 'system', id: 'cleaner' },
          details: {},
        },
      ],
    });
    expect(JSON.stringify(trail)).not.toContain('hurts');
  });

  test('tells until when, and how far somebody has read', async () => {
    const { application } = clinic;
    const message = { consultationId: 'consultation-1', content: 'Hello', clientMessageId: null };
    await say(application, { ...message, sender: 'user' });
    const mark = { consultationId: 'consultation-1', seq: 1, sender: 'doctor' } as const;
    await clinic.connect('device').markRead(mark);
    const expiresAt = now + 3 * DAY_MS;
    await application.administration.extendConsultation(ADMIN, 'consultation-1', { expiresAt });
    const page = { after: 2, limit: 10 };
    const trail = await application.administration.auditTrail(ADMIN, 'consultation-1', page);
    expect(trail.outcome === 'page' && trail.entries).toMatchObject([
      { type: 'MessagesRead', details: { reader: 'doctor', seq: 1 } },
      { type: 'ConsultationExtended', details: { expiresAt: '2026-03-05T10:00:00.000Z' } },
    ]);
  });

  test('goes page by page, and is itself a reading', async () => {
    const { application, ports } = clinic;
    await application.administration.endConsultation(ADMIN, 'consultation-1');
    await application.administration.reopenConsultation(ADMIN, 'consultation-1', now + DAY_MS);
    const page = (after: number, limit = 2) =>
      application.administration.auditTrail(ADMIN, 'consultation-1', { after, limit });
    expect(await page(0)).toMatchObject({ entries: [{ version: 1 }, { version: 2 }], next: 2 });
    expect(await page(2)).toMatchObject({ entries: [{ version: 3 }], next: null });
    expect(await page(3)).toMatchObject({ entries: [], next: null });
    expect(await page(0, 201)).toMatchObject({ code: 'request.invalid', field: 'limit' });
    const { entries = [] } = (await ports.accessLog.query(EVERYTHING, null, 50)) ?? {};
    expect(entries.filter(({ action }) => action === 'read_audit_trail')).toHaveLength(3);
  });
});

describe('the access log', () => {
  test('has each consultation on a list that an admin is shown, and one entry for a list of one’s own', async () => {
    const { application, ports } = clinic;
    const everything = { patientId: null, doctorId: null, status: null };
    const page = { after: null, limit: 10 };
    await application.administration.consultations(PATIENT, everything, page);
    const listed = await application.administration.consultations(ADMIN, everything, page);
    expect(listed.outcome === 'page' && listed.items).toHaveLength(1);
    const { entries = [] } = (await ports.accessLog.query(EVERYTHING, null, 50)) ?? {};
    expect(entries.filter(({ kind }) => kind === 'read')).toMatchObject([
      { action: 'list_consultations', consultationId: 'consultation-1', reader: { kind: 'admin' } },
      { action: 'list_consultations', consultationId: null, subject: { kind: 'patient', id: 'patient-1' } },
    ]);
  });

  test('is for admins, and of consultations that exist', async () => {
    const { application } = clinic;
    const page = { after: null, limit: 10 };
    const nowhere = { ...EVERYTHING, consultationId: 'nowhere' };
    expect(await application.administration.accessLog(PATIENT, EVERYTHING, page)).toEqual({
      outcome: 'refused',
      code: 'auth.forbidden',
    });
    expect(await application.administration.accessLog(ADMIN, nowhere, page)).toMatchObject({
      code: 'consultation.not_found',
    });
    expect(
      await application.administration.accessLog(ADMIN, EVERYTHING, { after: null, limit: 0 }),
    ).toMatchObject({ code: 'request.invalid', field: 'limit' });
  });

  test('shows an admin who read and wrote; a look at one consultation is a reading', async () => {
    const { application } = clinic;
    await application.administration.consultation(PATIENT, 'consultation-1');
    const page = { after: null, limit: 10 };
    const all = await application.administration.accessLog(ADMIN, EVERYTHING, page);
    expect(all).toMatchObject({ outcome: 'page', next: null });
    expect(all.outcome === 'page' && all.entries.map(({ action }) => action).sort()).toEqual([
      'ConsultationOpened',
      'read_access_log',
      'read_consultation',
    ]);
    const backwards = { ...EVERYTHING, from: now, to: now };
    expect(await application.administration.accessLog(ADMIN, backwards, page)).toMatchObject({
      code: 'request.invalid',
      field: 'to',
    });
    const filter = { ...EVERYTHING, consultationId: 'consultation-1' };
    const one = await application.administration.accessLog(ADMIN, filter, page);
    expect(one.outcome === 'page' && one.entries.map(({ action }) => action).sort()).toEqual([
      'ConsultationOpened',
      'read_access_log',
      'read_consultation',
    ]);
    expect(
      await application.administration.accessLog(ADMIN, EVERYTHING, { after: '?', limit: 5 }),
    ).toMatchObject({
      code: 'request.invalid',
      field: 'after',
    });
  });
});
