import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type AccessLog,
  type AccessLogEntry,
  type AccessLogFilter,
  MAX_ACCESS_LOG_PAGE,
  type ReadAccess,
} from '../../src/application/ports/access-log.js';
import type { Actor } from '../../src/application/ports/event-store.js';
import type { ConsultationEvent } from '../../src/domain/consultation/events.js';
import { DAY_MS, type Instant, SECOND_MS } from '../../src/domain/instant.js';
import {
  ADMIN,
  ended,
  fresh,
  HARD_IDS,
  message,
  NOON,
  type OpenStorage,
  opened,
  PATIENT,
  registerPeople,
  request,
  type Storage,
} from './storage.js';

const EVERYTHING: AccessLogFilter = { consultationId: null, person: null, from: null, to: null };
const DOCTOR: Actor = { kind: 'doctor', id: 'doctor-1' };

function reopened(consultationId: string): ConsultationEvent {
  return { type: 'ConsultationReopened', data: { consultationId, expiresAt: NOON + DAY_MS } };
}

/** What `src/application/ports/access-log.ts` says, for every adapter of it. */
export function describeAccessLogContract(name: string, open: OpenStorage): void {
  describe(`${name}: access log`, () => {
    let storage: Storage;
    let accessLog: AccessLog;
    beforeAll(async () => {
      storage = await open();
      accessLog = storage.accessLog;
      await registerPeople(storage.eventStore);
    });
    afterAll(() => storage.close());

    async function read(consultationId: string, at: Instant, details: Partial<ReadAccess> = {}) {
      const access: ReadAccess = {
        at,
        reader: PATIENT,
        consultationId,
        subject: null,
        action: 'read_messages',
        channel: 'http',
        requestId: fresh('request'),
        ...details,
      };
      expect(await accessLog.record(access)).toEqual({ outcome: 'recorded' });
      return access;
    }

    /** A read that is about people, and not about a single consultation. */
    async function readOf(subject: Actor | null, at: Instant, details: Partial<ReadAccess> = {}) {
      return read(fresh('nothing'), at, { consultationId: null, subject, ...details });
    }

    /** Opens a consultation that no other test has, by an administrator at that moment. */
    async function openAt(
      at: Instant,
      parties: { patientId?: string; doctorId?: string } = {},
    ): Promise<string> {
      const id = fresh('consultation');
      const event = opened(id);
      const own =
        event.type === 'ConsultationOpened' ? { ...event, data: { ...event.data, ...parties } } : event;
      await storage.eventStore.append(request(`consultation:${id}`, 0, [own], { occurredAt: at }));
      return id;
    }

    async function say(id: string, seq: number, at: Instant, actor: Actor = PATIENT): Promise<void> {
      const details = { actor, occurredAt: at };
      const { outcome } = await storage.eventStore.append(
        request(`consultation:${id}`, seq, [message(id, seq)], details),
      );
      expect(outcome).toBe('appended');
    }

    async function ask(filter: Partial<AccessLogFilter>, limit = MAX_ACCESS_LOG_PAGE) {
      const page = await accessLog.query({ ...EVERYTHING, ...filter }, null, limit);
      return page?.entries ?? [];
    }

    /** Reads all pages. `between` happens after each of them. */
    async function askInPages(
      filter: Partial<AccessLogFilter>,
      limit: number,
      between: () => Promise<unknown> = async () => {},
    ): Promise<AccessLogEntry[]> {
      const entries: AccessLogEntry[] = [];
      let after: string | null = null;
      do {
        const page = await accessLog.query({ ...EVERYTHING, ...filter }, after, limit);
        if (page === null) throw new Error('the cursor that it gave itself');
        expect(page.entries.length).toBeLessThanOrEqual(limit);
        if (page.next !== null) expect(page.entries).toHaveLength(limit);
        entries.push(...page.entries);
        after = page.next;
        await between();
      } while (after !== null);
      return entries;
    }

    test('tells a read as it was recorded, and at once', async () => {
      const consultationId = fresh('consultation');
      const access = await read(consultationId, NOON + 123, {
        reader: { kind: 'anyone', id: 'connection-1' },
        action: 'catch_up',
        channel: 'socket',
        requestId: 'request-1',
      });
      expect(await ask({ consultationId })).toEqual([{ ...access, kind: 'read' }]);
    });

    test('tells what was written from the event log, and nothing of what was said', async () => {
      const id = await openAt(NOON);
      const secret = 'a pain that nobody must know of';
      await storage.eventStore.append(
        request(`consultation:${id}`, 1, [message(id, 1, { content: secret, clientMessageId: secret })], {
          actor: PATIENT,
          occurredAt: NOON + 1,
          idempotencyKey: secret,
        }),
      );
      const write = { consultationId: id, subject: null, kind: 'write', channel: null, requestId: null };
      const entries = await ask({ consultationId: id });
      expect(entries).toEqual([
        { ...write, at: NOON + 1, reader: PATIENT, action: 'MessageSent' },
        { ...write, at: NOON, reader: ADMIN, action: 'ConsultationOpened' },
      ]);
      expect(JSON.stringify(entries)).not.toContain('pain');
    });

    test('has the newest first, reads and writes together, and of one moment the later one first', async () => {
      const id = await openAt(NOON);
      const first = await read(id, NOON + 5);
      const second = await read(id, NOON + 5);
      await say(id, 1, NOON + 10);
      const late = await read(id, NOON + 20);
      // This one was recorded last, but happened first.
      const early = await read(id, NOON - 20);
      const told = await ask({ consultationId: id });
      expect(told.map(({ requestId, action }) => requestId ?? action)).toEqual([
        late.requestId,
        'MessageSent',
        second.requestId,
        first.requestId,
        'ConsultationOpened',
        early.requestId,
      ]);
    });

    test('keeps the order of calls that share a round trip', async () => {
      const id = fresh('consultation');
      const accesses = await Promise.all(Array.from({ length: 50 }, () => read(id, NOON)));
      const told = await ask({ consultationId: id });
      expect(told.map(({ requestId }) => requestId)).toEqual(
        accesses.map(({ requestId }) => requestId).toReversed(),
      );
    });

    test('keeps the order of many writes of one moment, page by page', async () => {
      const COUNT = 120;
      const at = NOON - 900 * DAY_MS;
      const id = await openAt(at);
      const events = Array.from({ length: COUNT }, (_, index) =>
        index % 2 === 0 ? ended(id) : reopened(id),
      );
      for (const [index, event] of events.entries()) {
        const details = { actor: index % 3 === 0 ? PATIENT : ADMIN, occurredAt: at };
        await storage.eventStore.append(request(`consultation:${id}`, index + 1, [event], details));
      }
      const types = [opened(id), ...events].map(({ type }) => type).toReversed();
      const span = { from: at, to: at + 1 };
      for (const filter of [{ consultationId: id }, span]) {
        expect((await ask(filter)).map(({ action }) => action)).toEqual(types);
        expect((await askInPages(filter, 7)).map(({ action }) => action)).toEqual(types);
      }
      for (const person of [PATIENT, ADMIN]) {
        const all = await ask({ ...span, person });
        expect(await askInPages({ ...span, person }, 7)).toEqual(all);
      }
    });

    test('answers by consultation, without others whose ids begin or end like its id', async () => {
      const id = await openAt(NOON);
      await read(id, NOON);
      await read(`${id}-2`, NOON);
      await read(id.slice(0, -1), NOON);
      const told = await ask({ consultationId: id });
      expect(told.map((entry) => entry.consultationId)).toEqual([id, id]);
      expect(await ask({ consultationId: fresh('nowhere') })).toEqual([]);
    });

    test('answers by person: a patient and a doctor with one id are two people', async () => {
      const id = fresh('same');
      const consultationId = await openAt(NOON, { doctorId: id });
      const doctor: Actor = { kind: 'doctor', id };
      const patient: Actor = { kind: 'patient', id };
      await read(consultationId, NOON + 1, { reader: doctor });
      await read(consultationId, NOON + 2, { reader: patient });
      await say(consultationId, 1, NOON + 3, doctor);
      await say(consultationId, 2, NOON + 4, PATIENT);
      expect((await ask({ person: doctor })).map(({ at }) => at)).toEqual([NOON + 3, NOON + 1]);
      expect((await ask({ person: patient })).map(({ at }) => at)).toEqual([NOON + 2]);
      expect((await ask({ person: doctor, consultationId })).map(({ at }) => at)).toEqual([
        NOON + 3,
        NOON + 1,
      ]);
      expect(await ask({ person: doctor, consultationId: fresh('nowhere') })).toEqual([]);
    });

    test.each(['admin', 'system'] as const)('answers by %s, over all consultations', async (kind) => {
      const person: Actor = { kind, id: fresh('officer') };
      const ids = [await openAt(NOON), await openAt(NOON)];
      for (const [index, id] of ids.entries()) {
        await storage.eventStore.append(
          request(`consultation:${id}`, 1, [ended(id)], { actor: person, occurredAt: NOON + index }),
        );
      }
      // This log does not show what is about no consultation.
      const patientId = fresh('patient');
      await storage.eventStore.append(
        request(
          `patient:${patientId}`,
          0,
          [{ type: 'PatientRegistered', data: { patientId, name: 'Mx Two' } }],
          { actor: person },
        ),
      );
      const access = await read(ids[0] ?? '', NOON + 9, { reader: person });
      expect((await ask({ person })).map((entry) => [entry.action, entry.consultationId])).toEqual([
        [access.action, ids[0]],
        ['ConsultationEnded', ids[1]],
        ['ConsultationEnded', ids[0]],
      ]);
    });

    test('tells of a read that is about no consultation, and whom it was about', async () => {
      const reader: Actor = { kind: 'admin', id: fresh('officer') };
      const subject: Actor = { kind: 'patient', id: fresh('patient') };
      const named = await readOf(subject, NOON, { reader, action: 'read_patient' });
      const unnamed = await readOf(null, NOON + 1, { reader, action: 'list_patients' });
      expect(await ask({ person: reader })).toEqual([
        { ...unnamed, kind: 'read' },
        { ...named, kind: 'read' },
      ]);
      expect(await ask({ subject })).toEqual([{ ...named, kind: 'read' }]);
      expect(await ask({ subject, person: reader })).toEqual([{ ...named, kind: 'read' }]);
      expect(await ask({ subject, person: DOCTOR })).toEqual([]);
      // The same id in another role is somebody else.
      expect(await ask({ subject: { kind: 'doctor', id: subject.id } })).toEqual([]);
    });

    test('answers who looked at a patient, and at anything in their consultations', async () => {
      const patientId = fresh('patient');
      const subject: Actor = { kind: 'patient', id: patientId };
      const reader: Actor = { kind: 'admin', id: fresh('officer') };
      const ids = [await openAt(NOON, { patientId }), await openAt(NOON + 1, { patientId })] as const;
      const other = await openAt(NOON + 1, { patientId: fresh('patient') });
      await read(other, NOON + 2, { reader });
      await readOf({ kind: 'patient', id: fresh('patient') }, NOON + 2, { reader });
      await say(ids[1], 1, NOON + 3, subject);
      await read(ids[0], NOON + 4, { reader });
      await readOf(subject, NOON + 5, { reader });
      // An entry about both comes once.
      await read(ids[1], NOON + 6, { reader, subject });
      const told = async (filter: Partial<AccessLogFilter>) =>
        (await ask({ subject, ...filter })).map(({ at }) => at - NOON);
      expect(await told({})).toEqual([6, 5, 4, 3, 1, 0]);
      expect(await told({ person: reader })).toEqual([6, 5, 4]);
      expect(await told({ person: subject })).toEqual([3]);
      expect(await told({ consultationId: ids[1] })).toEqual([6, 3, 1]);
      expect(await told({ consultationId: other })).toEqual([]);
      expect(await told({ from: NOON + 3, to: NOON + 6 })).toEqual([5, 4, 3]);
      for (const size of [1, 2, 5]) {
        expect((await askInPages({ subject }, size)).map(({ at }) => at - NOON)).toEqual([6, 5, 4, 3, 1, 0]);
      }
    });

    test('answers who looked at the entries of somebody who is no patient', async () => {
      const subject = { kind: 'doctor' as const, id: fresh('doctor') };
      await openAt(NOON, { doctorId: subject.id });
      const access = await readOf(subject, NOON, { action: 'read_access_log' });
      expect(await ask({ subject })).toEqual([{ ...access, kind: 'read' }]);
    });

    test('takes notes that nobody waits for, and has stored them once it has settled', async () => {
      const consultationId = fresh('consultation');
      const joined = await read(consultationId, NOON, { action: 'join', channel: 'socket' });
      const left: ReadAccess = { ...joined, at: NOON + 5 * SECOND_MS, action: 'leave' };
      accessLog.note(left);
      await accessLog.settle(10 * SECOND_MS);
      expect(await ask({ consultationId })).toEqual([
        { ...left, kind: 'read' },
        { ...joined, kind: 'read' },
      ]);
    });

    test('answers by a reader whom nobody vouches for', async () => {
      const person = { kind: 'anyone' as const, id: fresh('connection') };
      const access = await read(fresh('consultation'), NOON, { reader: person });
      expect(await ask({ person })).toEqual([{ ...access, kind: 'read' }]);
    });

    test('answers by time span, the first moment in and the last one out', async () => {
      const start = NOON - 700 * DAY_MS;
      const id = await openAt(start);
      await read(id, start + 1);
      await say(id, 1, start + 2);
      await read(id, start + 3);
      const within = async (from: Instant | null, to: Instant | null, more: Partial<AccessLogFilter> = {}) =>
        (await ask({ from, to, ...more })).map(({ at }) => at - start);
      for (const more of [{}, { consultationId: id }]) {
        expect(await within(start, start + 4, more)).toEqual([3, 2, 1, 0]);
        expect(await within(start + 1, start + 3, more)).toEqual([2, 1]);
        expect(await within(start + 2, start + 3, more)).toEqual([2]);
        expect(await within(start + 2, start + 2, more)).toEqual([]);
        expect(await within(start + 4, start, more)).toEqual([]);
      }
      expect(await within(null, start + 2, { consultationId: id })).toEqual([1, 0]);
      expect(await within(start + 2, null, { consultationId: id })).toEqual([3, 2]);
      const person = { person: PATIENT };
      expect(await within(start, start + 4, person)).toEqual([3, 2, 1]);
    });

    test('has nothing at the far ends of time', async () => {
      const far = 8.64e15;
      expect(await ask({ from: -far, to: -far + 1 })).toEqual([]);
      expect(await ask({ from: far - 1, to: far })).toEqual([]);
      expect((await ask({ from: -far, to: far }, 1)).length).toBe(1);
    });

    test.each(HARD_IDS)('takes %s for an id', async (id) => {
      const access = await read(id, NOON, { reader: { kind: 'patient', id } });
      expect(await ask({ consultationId: id })).toEqual([{ ...access, kind: 'read' }]);
      expect(await ask({ person: { kind: 'patient', id } })).toEqual([{ ...access, kind: 'read' }]);
    });

    test('pages without gaps or doubles while entries come, with pages of any size', async () => {
      const id = await openAt(NOON);
      const person: Actor = { kind: 'patient', id: fresh('reader') };
      // Several entries are of one moment, so that pages end among them.
      for (let index = 1; index <= 12; index += 1) {
        const at = NOON + Math.floor(index / 5) * SECOND_MS;
        await say(id, index, at);
        await read(id, at, { reader: person });
      }
      const until = { to: NOON + 10 * SECOND_MS };
      let seq = 12;
      const more = async () => {
        seq += 1;
        await say(id, seq, NOON + seq * SECOND_MS);
        await read(id, NOON + seq * SECOND_MS, { reader: person });
      };
      for (const filter of [{ consultationId: id }, { person }, { consultationId: id, ...until }]) {
        for (const size of [1, 3, 10]) {
          const expected = await ask(filter);
          expect(await askInPages(filter, size, more)).toEqual(expected);
        }
      }
    });

    test('leaves out nothing that was there while others write, even if their clocks are behind or ahead', async () => {
      const id = await openAt(NOON);
      const skews = [-300 * SECOND_MS, 0, 300 * SECOND_MS];
      let seq = 0;
      const writeWithSkew = async (skewMs: number) => {
        seq += 1;
        const at = NOON + 600 * SECOND_MS + seq * SECOND_MS + skewMs;
        await say(id, seq, at);
        await read(id, at);
      };
      for (let round = 0; round < 4; round += 1) for (const skewMs of skews) await writeWithSkew(skewMs);
      const more = async () => {
        for (const skewMs of skews) await writeWithSkew(skewMs);
      };
      for (const size of [3, 7]) {
        const there = await ask({ consultationId: id });
        const paged = await askInPages({ consultationId: id }, size, more);
        const seen = paged.map((entry) => JSON.stringify(entry));
        expect(seen).toEqual(expect.arrayContaining(there.map((entry) => JSON.stringify(entry))));
        const times = paged.map(({ at }) => at);
        expect(times).toEqual(times.toSorted((one, other) => other - one));
        expect(paged.filter(({ kind }) => kind === 'read').length).toBe(
          new Set(paged.map(({ requestId }) => requestId).filter((one) => one !== null)).size,
        );
      }
    });

    test('pages through the entries of everybody as through one answer', async () => {
      const FAR_BACK = NOON - 3_000 * DAY_MS;
      // The entries are far apart. Nothing may be lost, however long the time between them.
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.record({ days: fc.nat({ max: 2_000 }), isRead: fc.boolean() }), {
            minLength: 1,
            maxLength: 12,
          }),
          fc.integer({ min: 1, max: 5 }),
          async (plan, size) => {
            const ids: (string | null)[] = [];
            for (const { days, isRead } of plan) {
              const at = FAR_BACK + days * DAY_MS;
              if (isRead) ids.push((await read(fresh('far'), at)).consultationId);
              else ids.push(await openAt(at));
            }
            const span = { from: FAR_BACK, to: FAR_BACK + 2_001 * DAY_MS };
            const all = await askInPages(span, MAX_ACCESS_LOG_PAGE);
            const instants = all.map(({ at }) => at);
            expect(instants).toEqual(instants.toSorted((a, b) => b - a));
            const told = new Set(all.map(({ consultationId }) => consultationId));
            for (const id of ids) expect(told.has(id)).toBe(true);
            expect(await askInPages(span, size)).toEqual(all);
            const latest = await askInPages({ ...EVERYTHING }, MAX_ACCESS_LOG_PAGE);
            expect(latest.slice(-all.length)).toEqual(all);
          },
        ),
        { numRuns: 5 },
      );
    });

    test.each(['patient', 'doctor'] as const)(
      'pages through what a %s wrote, however far apart',
      async (kind) => {
        const person: Actor = { kind, id: fresh('writer') };
        const parties = kind === 'patient' ? { patientId: person.id } : { doctorId: person.id };
        const daysAgo = [0, 0.01, 0.4, 0.9, 1, 1.1, 5, 40, 400, 4_000];
        const expected: string[] = [];
        for (const days of daysAgo) {
          const id = await openAt(NOON - 5_000 * DAY_MS, parties);
          await say(id, 1, NOON - days * DAY_MS, person);
          expected.push(id);
        }
        for (const size of [1, 3, MAX_ACCESS_LOG_PAGE]) {
          const told = await askInPages({ person }, size);
          expect(told.map(({ consultationId }) => consultationId)).toEqual(expected);
        }
      },
    );

    test('gives no more than a page, however many are asked for', async () => {
      const id = fresh('consultation');
      await Promise.all(Array.from({ length: MAX_ACCESS_LOG_PAGE + 5 }, () => read(id, NOON)));
      const page = await accessLog.query({ ...EVERYTHING, consultationId: id }, null, 100_000);
      expect(page?.entries).toHaveLength(MAX_ACCESS_LOG_PAGE);
      expect(page?.next).not.toBeNull();
    });

    test('ends when the last page is just full', async () => {
      const id = fresh('consultation');
      await read(id, NOON);
      await read(id, NOON);
      const page = await accessLog.query({ ...EVERYTHING, consultationId: id }, null, 2);
      expect(page?.entries).toHaveLength(2);
      expect(page?.next).toBeNull();
    });

    test.each([
      '',
      ' ',
      'x',
      '!!!',
      'bnVsbA',
      '../..',
      "'; --",
      Buffer.from('1 read').toString('base64url'),
      Buffer.from('1 seen 1').toString('base64url'),
      Buffer.from(`1 read ${'9'.repeat(30)}`).toString('base64url'),
      Buffer.from('1e9 read 1').toString('base64url'),
    ])('answers null for a cursor that it has not given: %j', async (cursor) => {
      expect(await accessLog.query(EVERYTHING, cursor, 10)).toBeNull();
    });

    test('answers a cursor that might be one of its own, whatever moment it names', async () => {
      for (const at of ['999999999999999', '-999999999999999', '0']) {
        const cursor = Buffer.from(`${at} write 999999999999999`).toString('base64url');
        expect(await accessLog.query(EVERYTHING, cursor, 1)).toMatchObject({ entries: expect.any(Array) });
      }
    });

    test('takes copies, so that callers may change their objects afterwards', async () => {
      const reader = { kind: 'doctor' as 'doctor' | 'admin', id: DOCTOR.id };
      const consultationId = fresh('consultation');
      const recorded = read(consultationId, NOON, { reader });
      reader.kind = 'admin';
      await recorded;
      expect(await ask({ consultationId })).toMatchObject([{ reader: DOCTOR }]);
    });
  });
}
