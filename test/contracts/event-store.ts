import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type {
  EventStore,
  LogPosition,
  RecordedEvent,
  StreamId,
} from '../../src/application/ports/event-store.js';
import { DAY_MS } from '../../src/domain/instant.js';
import {
  ADMIN,
  ended,
  extended,
  fresh,
  HARD_IDS,
  HARD_TEXTS,
  message,
  NOON,
  type OpenStorage,
  opened,
  openFresh,
  PATIENT,
  readWholeStream,
  registerPeople,
  request,
  type Storage,
} from './storage.js';

/** What `src/application/ports/event-store.ts` says, for every adapter of it. */
export function describeEventStoreContract(name: string, open: OpenStorage): void {
  describe(`${name}: event store`, () => {
    let storage: Storage;
    let store: EventStore;

    beforeAll(async () => {
      storage = await open();
      store = storage.eventStore;
      await registerPeople(store);
    });
    afterAll(() => storage.close());

    describeAppend(() => store);
    describePipelining(() => store);
    describeDuplicates(() => store);
    describeReliance(() => store);
    describeFidelity(() => store);
    describeReading(() => store);
    describeSeveralWriters(() => storage);
  });
}

async function outcomesOf(...appends: Promise<{ outcome: string }>[]): Promise<string[]> {
  return (await Promise.all(appends)).map(({ outcome }) => outcome);
}

function describeAppend(store: () => EventStore): void {
  describe('append', () => {
    test('numbers the events of a stream from 1 and answers with what it stored', async () => {
      const id = fresh('consultation');
      const streamId: StreamId = `consultation:${id}`;
      const events = [opened(id), message(id, 1), message(id, 2)] as const;
      const outcome = await store().append(
        request(streamId, 0, events, { actor: PATIENT, occurredAt: NOON + 7 }),
      );

      const recorded = events.map((event, index) => ({
        streamId,
        version: index + 1,
        event,
        actor: PATIENT,
        occurredAt: NOON + 7,
      }));
      expect(outcome).toEqual({ outcome: 'appended', events: recorded });
      expect(await store().readStream(streamId, 0, 10)).toEqual(recorded);
    });

    test('numbers further events from the expected version on', async () => {
      const id = await openFresh(store());
      const outcome = await store().append(request(`consultation:${id}`, 1, [ended(id)]));
      expect(outcome).toMatchObject({ outcome: 'appended', events: [{ version: 2 }] });
    });

    test.each([
      ['lies behind', 1],
      ['lies ahead', 3],
      ['says that there is no stream', 0],
    ])(
      'answers a conflict and stores nothing when the expected version %s',
      async (_case, expectedVersion) => {
        const id = await openFresh(store());
        const streamId: StreamId = `consultation:${id}`;
        await store().append(request(streamId, 1, [message(id, 1)]));
        const outcome = await store().append(
          request(streamId, expectedVersion, [message(id, 2), message(id, 3)]),
        );
        expect(outcome).toEqual({ outcome: 'conflict' });
        expect(await store().readStream(streamId, 0, 10)).toHaveLength(2);
      },
    );

    test('answers with a conflict for a stream that should exist and does not', async () => {
      const id = fresh('consultation');
      const streamId: StreamId = `consultation:${id}`;
      expect(await store().append(request(streamId, 1, [ended(id)]))).toEqual({ outcome: 'conflict' });
      expect(await store().readStream(streamId, 0, 10)).toEqual([]);
    });

    test('lets one of two creators win', async () => {
      const id = fresh('consultation');
      const streamId: StreamId = `consultation:${id}`;
      const outcomes = await outcomesOf(
        store().append(request(streamId, 0, [opened(id, NOON + 1)])),
        store().append(request(streamId, 0, [opened(id, NOON + 2)])),
      );
      expect(outcomes.sort()).toEqual(['appended', 'conflict']);
      expect(await store().readStream(streamId, 0, 10)).toHaveLength(1);
    });

    test('keeps streams of different categories with the same id apart', async () => {
      const id = fresh('same');
      const registered = { type: 'PatientRegistered', data: { patientId: id, name: 'P' } } as const;
      const outcomes = await outcomesOf(
        store().append(request(`patient:${id}`, 0, [registered])),
        store().append(request(`consultation:${id}`, 0, [opened(id)])),
      );
      expect(outcomes).toEqual(['appended', 'appended']);
    });
  });
}

function describePipelining(store: () => EventStore): void {
  describe('appends under way at the same time', () => {
    test('store consecutive versions in the order of the calls', async () => {
      const id = await openFresh(store());
      const streamId: StreamId = `consultation:${id}`;
      const appends = Array.from({ length: 100 }, (_, index) =>
        store().append(request(streamId, index + 1, [message(id, index + 1)], { occurredAt: NOON + index })),
      );
      const outcomes = await Promise.all(appends);
      const versions = outcomes.map((outcome) =>
        outcome.outcome === 'appended' ? outcome.events[0]?.version : 0,
      );
      expect(versions).toEqual(outcomes.map((_, index) => index + 2));
      const stored = await store().readStream(streamId, 1, 200);
      expect(stored.map(({ occurredAt }) => occurredAt - NOON)).toEqual(outcomes.map((_, index) => index));
    });

    test('may create a stream and go on with it', async () => {
      const id = fresh('consultation');
      const streamId: StreamId = `consultation:${id}`;
      const outcomes = await outcomesOf(
        store().append(request(streamId, 0, [opened(id), message(id, 1)])),
        store().append(request(streamId, 2, [message(id, 2)])),
        store().append(request(streamId, 3, [message(id, 3), ended(id)])),
      );
      expect(outcomes).toEqual(['appended', 'appended', 'appended']);
      expect(await store().readStream(streamId, 0, 10)).toHaveLength(5);
    });

    test('conflict if they build on one that failed, and only then', async () => {
      const id = await openFresh(store());
      const streamId: StreamId = `consultation:${id}`;
      const outcomes = await outcomesOf(
        store().append(request(streamId, 1, [message(id, 1)])),
        store().append(request(streamId, 1, [message(id, 1)])),
        store().append(request(streamId, 3, [message(id, 3)])),
        store().append(request(streamId, 4, [message(id, 4)])),
        store().append(request(streamId, 2, [message(id, 2)])),
      );
      expect(outcomes).toEqual(['appended', 'conflict', 'conflict', 'conflict', 'appended']);
      expect(await store().readStream(streamId, 0, 10)).toHaveLength(3);
    });

    test('are answered in the order of the calls', async () => {
      const id = await openFresh(store());
      const answered: number[] = [];
      await Promise.all(
        Array.from({ length: 50 }, async (_, index) => {
          await store().append(request(`consultation:${id}`, index + 1, [message(id, index + 1)]));
          answered.push(index);
        }),
      );
      expect(answered).toEqual(answered.map((_, index) => index));
    });

    test('of many streams do not affect one another, neither by a conflict nor by a duplicate', async () => {
      const ids = Array.from({ length: 60 }, () => fresh('consultation'));
      await Promise.all(ids.map((id) => store().append(request(`consultation:${id}`, 0, [opened(id)]))));
      await Promise.all(
        ids.map((id) =>
          store().append(
            request(`consultation:${id}`, 1, [message(id, 1)], { idempotencyKey: 'user:first' }),
          ),
        ),
      );
      const outcomes = await Promise.all(
        ids.map((id, index) => {
          const streamId: StreamId = `consultation:${id}`;
          if (index % 3 === 0) return store().append(request(streamId, 9, [message(id, 2)]));
          const idempotencyKey = index % 3 === 1 ? 'user:first' : 'user:second';
          return store().append(request(streamId, 2, [message(id, 2)], { idempotencyKey }));
        }),
      );
      const expected = ids.map((_, index) => ['conflict', 'duplicate', 'appended'][index % 3]);
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(expected);
      const lengths = await Promise.all(
        ids.map(async (id) => (await store().readStream(`consultation:${id}`, 0, 10)).length),
      );
      expect(lengths).toEqual(ids.map((_, index) => (index % 3 === 2 ? 3 : 2)));
    });
  });
}

function describeDuplicates(store: () => EventStore): void {
  describe('an idempotency key', () => {
    const idempotencyKey = 'user:key-1';

    test('used again answers with the original, exactly, and stores nothing', async () => {
      const id = await openFresh(store());
      const streamId: StreamId = `consultation:${id}`;
      const content = HARD_TEXTS['emoji'] ?? '';
      const first = message(id, 1, { content, clientMessageId: 'key-1' });
      const details = { idempotencyKey, actor: PATIENT, occurredAt: NOON - 1 };
      await store().append(request(streamId, 1, [first], details));
      await store().append(request(streamId, 2, [message(id, 2)]));

      const again = await store().append(
        request(streamId, 3, [message(id, 3)], { idempotencyKey, actor: ADMIN, occurredAt: NOON + 1 }),
      );
      const original = { streamId, version: 2, event: first, actor: PATIENT, occurredAt: NOON - 1 };
      expect(again).toEqual({ outcome: 'duplicate', original });
      expect(await store().findByIdempotencyKey(streamId, idempotencyKey)).toEqual(original);
      expect(await store().readStream(streamId, 0, 10)).toHaveLength(3);
    });

    test('takes precedence over a conflict', async () => {
      const id = await openFresh(store());
      const streamId: StreamId = `consultation:${id}`;
      await store().append(request(streamId, 1, [message(id, 1)], { idempotencyKey }));
      for (const expectedVersion of [0, 1, 99]) {
        const again = await store().append(
          request(streamId, expectedVersion, [message(id, 2)], { idempotencyKey }),
        );
        expect(again).toMatchObject({ outcome: 'duplicate', original: { version: 2 } });
      }
    });

    test('used twice at the same time is stored once', async () => {
      const id = await openFresh(store());
      const streamId: StreamId = `consultation:${id}`;
      const first = message(id, 1);
      const outcomes = await Promise.all([
        store().append(request(streamId, 1, [first], { idempotencyKey })),
        store().append(request(streamId, 2, [message(id, 2)], { idempotencyKey })),
        store().append(request(streamId, 1, [message(id, 1)], { idempotencyKey })),
      ]);
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(['appended', 'duplicate', 'duplicate']);
      expect(outcomes[1]).toMatchObject({ original: { version: 2, event: first } });
      expect(outcomes[2]).toMatchObject({ original: { version: 2, event: first } });
      expect(await store().readStream(streamId, 0, 10)).toHaveLength(2);
    });

    test('that is a duplicate makes what builds on it conflict', async () => {
      const id = await openFresh(store());
      const streamId: StreamId = `consultation:${id}`;
      await store().append(request(streamId, 1, [message(id, 1)], { idempotencyKey }));
      const outcomes = await outcomesOf(
        store().append(request(streamId, 2, [message(id, 2)], { idempotencyKey })),
        store().append(request(streamId, 3, [message(id, 3)])),
        store().append(request(streamId, 2, [message(id, 2)])),
      );
      expect(outcomes).toEqual(['duplicate', 'conflict', 'appended']);
    });

    test('is not used up by an append that did not store', async () => {
      const id = await openFresh(store());
      const streamId: StreamId = `consultation:${id}`;
      const outcomes = await outcomesOf(
        store().append(request(streamId, 5, [message(id, 5)], { idempotencyKey })),
        store().append(request(streamId, 1, [message(id, 1)], { idempotencyKey })),
      );
      expect(outcomes).toEqual(['conflict', 'appended']);
    });

    test('of another stream is another key', async () => {
      const ids = [await openFresh(store()), await openFresh(store())];
      const outcomes = await outcomesOf(
        ...ids.map((id) =>
          store().append(request(`consultation:${id}`, 1, [message(id, 1)], { idempotencyKey })),
        ),
      );
      expect(outcomes).toEqual(['appended', 'appended']);
    });

    test('belongs to the first of several events', async () => {
      const id = await openFresh(store());
      const streamId: StreamId = `consultation:${id}`;
      await store().append(request(streamId, 1, [message(id, 1), message(id, 2)], { idempotencyKey }));
      const again = await store().append(request(streamId, 3, [message(id, 3)], { idempotencyKey }));
      expect(again).toMatchObject({ outcome: 'duplicate', original: { version: 2 } });
    });

    test('that nobody used is not found', async () => {
      const id = await openFresh(store());
      expect(await store().findByIdempotencyKey(`consultation:${id}`, 'user:none')).toBeNull();
      expect(await store().findByIdempotencyKey('consultation:nowhere', idempotencyKey)).toBeNull();
    });

    test.each(HARD_IDS)('may be user:%s', async (part) => {
      const id = await openFresh(store());
      const streamId: StreamId = `consultation:${id}`;
      const details = { idempotencyKey: `user:${part}` };
      expect(await store().findByIdempotencyKey(streamId, details.idempotencyKey)).toBeNull();
      const outcomes = await outcomesOf(
        store().append(request(streamId, 1, [message(id, 1, { clientMessageId: part })], details)),
        store().append(request(streamId, 2, [message(id, 2)], details)),
      );
      expect(outcomes).toEqual(['appended', 'duplicate']);
    });
  });
}

function describeFidelity(store: () => EventStore): void {
  describe('what was stored is read as it was', () => {
    test.each(Object.entries(HARD_TEXTS))('content: %s', async (_case, content) => {
      const id = await openFresh(store());
      const streamId: StreamId = `consultation:${id}`;
      const event = message(id, 1, { content, clientMessageId: 'k' });
      await store().append(request(streamId, 1, [event], { idempotencyKey: 'user:k' }));
      const [recorded] = await store().readStream(streamId, 1, 1);
      expect(recorded?.event).toEqual(event);
      expect((await store().findByIdempotencyKey(streamId, 'user:k'))?.event).toEqual(event);
    });

    test.each(HARD_IDS)('ids: %s', async (id) => {
      const streamId: StreamId = `patient:${id}`;
      expect(await store().readStream(streamId, 0, 10)).toEqual([]);
      const event = { type: 'PatientRegistered', data: { patientId: id, name: id } } as const;
      const actor = { kind: 'admin', id } as const;
      await store().append(request(streamId, 0, [event], { actor }));
      expect(await store().readStream(streamId, 0, 10)).toEqual([
        { streamId, version: 1, event, actor, occurredAt: NOON },
      ]);
    });

    test.each([
      '1900-01-01T00:00:00.001Z',
      '1969-12-31T23:59:59.999Z',
      '1970-01-01T00:00:00.000Z',
      '2026-03-29T01:00:00.001Z',
      '9999-12-31T23:59:59.999Z',
    ])('instants: %s', async (text) => {
      const instant = Date.parse(text);
      const id = fresh('consultation');
      const streamId: StreamId = `consultation:${id}`;
      await store().append(request(streamId, 0, [opened(id, instant)], { occurredAt: instant }));
      expect(await store().readStream(streamId, 0, 10)).toMatchObject([
        { occurredAt: instant, event: { data: { expiresAt: instant } } },
      ]);
    });

    test('whatever the caller does with its objects afterwards', async () => {
      const doctorId = fresh('doctor');
      const windows = [{ dayOfWeek: 1 as const, startTime: '09:00', endTime: '17:00' }];
      const data = { doctorId, name: 'Dr Two', timeZone: 'Asia/Kathmandu', windows };
      const actor = { kind: 'admin' as const, id: 'admin-2' };
      const streamId: StreamId = `doctor:${doctorId}`;
      const inFlight = store().append(request(streamId, 0, [{ type: 'DoctorRegistered', data }], { actor }));
      data.name = 'changed';
      windows.pop();
      actor.id = 'changed';
      await inFlight;
      expect(await store().readStream(streamId, 0, 10)).toMatchObject([
        {
          event: {
            data: { name: 'Dr Two', windows: [{ dayOfWeek: 1, startTime: '09:00', endTime: '17:00' }] },
          },
          actor: { id: 'admin-2' },
        },
      ]);
    });
  });
}

function describeReading(store: () => EventStore): void {
  test('readStream pages through a stream', async () => {
    const id = await openFresh(store());
    const streamId: StreamId = `consultation:${id}`;
    const [first, ...others] = Array.from({ length: 24 }, (_, index) => message(id, index + 1));
    await store().append(request(streamId, 1, [first ?? message(id, 1), ...others]));
    const versions = async (after: number, limit: number) =>
      (await store().readStream(streamId, after, limit)).map(({ version }) => version);
    expect(await versions(0, 3)).toEqual([1, 2, 3]);
    expect(await versions(3, 3)).toEqual([4, 5, 6]);
    expect(await versions(23, 10)).toEqual([24, 25]);
    expect(await versions(25, 10)).toEqual([]);
    expect(await versions(99, 10)).toEqual([]);
  });

  test('readStream of a stream that does not exist is empty', async () => {
    expect(await store().readStream('consultation:nowhere', 0, 10)).toEqual([]);
  });

  test.each([1, 7, 1_000])(
    'readAll in pages of %i tells each event once, each stream in its order',
    async (limit) => {
      const ids = [await openFresh(store()), await openFresh(store()), await openFresh(store())];
      for (const [index, id] of [...ids, ...ids, ...ids].entries()) {
        const version = 1 + Math.floor(index / ids.length);
        await store().append(request(`consultation:${id}`, version, [message(id, version)]));
      }
      const tail = createTail(store(), limit);
      await vi.waitFor(async () => {
        await tail.readOn();
        for (const id of ids) expect(tail.versionsOf(`consultation:${id}`)).toEqual([1, 2, 3, 4]);
      }, TAIL_WAIT);
      expect(tail.seen.size).toBe(tail.count());
    },
  );

  test('readAll goes on from the end with what comes later', async () => {
    const id = await openFresh(store());
    const streamId: StreamId = `consultation:${id}`;
    const tail = createTail(store(), 50);
    await vi.waitFor(async () => {
      await tail.readOn();
      expect(tail.versionsOf(streamId)).toEqual([1]);
    }, TAIL_WAIT);
    await tail.readOn();
    await store().append(request(streamId, 1, [message(id, 1)]));
    await vi.waitFor(async () => {
      await tail.readOn();
      expect(tail.versionsOf(streamId)).toEqual([1, 2]);
    }, TAIL_WAIT);
    expect(tail.seen.size).toBe(tail.count());
  });
}

/** Long enough for a busy machine, on which other tests hold up the end of the log in a shared PostgreSQL. */
const TAIL_WAIT = { timeout: 20_000, interval: 5 };

/** Reads the whole log as a subscriber would. A real log may show the latest events a moment later. */
function createTail(store: EventStore, limit: number) {
  let position: LogPosition = null;
  const events: RecordedEvent[] = [];
  const seen = new Set<string>();
  return {
    seen,
    count: () => events.length,
    versionsOf: (streamId: StreamId) =>
      events.filter((event) => event.streamId === streamId).map(({ version }) => version),
    readOn: async () => {
      for (;;) {
        const page = await store.readAll(position, limit);
        expect(page.events.length).toBeLessThanOrEqual(limit);
        position = page.next;
        events.push(...page.events);
        for (const { streamId, version } of page.events) seen.add(`${streamId}@${version}`);
        if (page.events.length === 0) return;
      }
    },
  };
}

function describeReliance(store: () => EventStore): void {
  describe('an append that relied on another stream', () => {
    /** A doctor with two events. */
    async function openDoctor(): Promise<StreamId> {
      const doctorId = fresh('doctor');
      const registered = {
        type: 'DoctorRegistered',
        data: { doctorId, name: 'Dr Two', timeZone: 'UTC', windows: [] },
      } as const;
      await store().append(request(`doctor:${doctorId}`, 0, [registered]));
      await change(`doctor:${doctorId}`, 1);
      return `doctor:${doctorId}`;
    }

    function change(streamId: StreamId, version: number) {
      const doctorId = streamId.slice('doctor:'.length);
      return store().append(
        request(streamId, version, [{ type: 'WeeklyWindowsSet', data: { doctorId, windows: [] } }]),
      );
    }

    test('is stored if that stream is at the version that was known', async () => {
      const reliesOn = { streamId: await openDoctor(), version: 2 };
      const id = await openFresh(store());
      const appends = [1, 2, 3].map((seq) =>
        store().append(request(`consultation:${id}`, seq, [message(id, seq)], { reliesOn })),
      );
      expect(await outcomesOf(...appends)).toEqual(['appended', 'appended', 'appended']);
    });

    test.each([
      ['has moved on', 1],
      ['is not as far', 3],
      ['was not thought to be there', 0],
    ])('is outdated where that %s, and nothing of it is stored', async (_case, version) => {
      const reliesOn = { streamId: await openDoctor(), version };
      const id = await openFresh(store());
      const streamId: StreamId = `consultation:${id}`;
      const outdated = store().append(
        request(streamId, 1, [message(id, 1), message(id, 2)], { reliesOn, idempotencyKey: 'key' }),
      );
      expect(await outdated).toEqual({ outcome: 'outdated' });
      expect(await store().readStream(streamId, 0, 10)).toHaveLength(1);
      expect(await store().findByIdempotencyKey(streamId, 'key')).toBeNull();
    });

    test('is outdated if that stream does not exist', async () => {
      const id = await openFresh(store());
      const reliesOn = { streamId: `doctor:${fresh('nobody')}`, version: 1 } as const;
      const appended = store().append(request(`consultation:${id}`, 1, [message(id, 1)], { reliesOn }));
      expect(await appended).toEqual({ outcome: 'outdated' });
    });

    test('is still a duplicate if its key was used before', async () => {
      const streamId = await openDoctor();
      const id = await openFresh(store());
      const say = (version: number) =>
        store().append(
          request(`consultation:${id}`, version, [message(id, 1)], {
            reliesOn: { streamId, version: 2 },
            idempotencyKey: 'key',
          }),
        );
      expect(await say(1)).toMatchObject({ outcome: 'appended' });
      await change(streamId, 2);
      expect(await say(2)).toMatchObject({ outcome: 'duplicate', original: { version: 2 } });
    });

    test('that is outdated takes along what was decided on top of it, and nothing else', async () => {
      const streamId = await openDoctor();
      const [old, other] = [await openFresh(store()), await openFresh(store())];
      const decisionChain = {};
      const send = (id: string, seq: number, version: number, chain?: object) =>
        store().append(
          request(`consultation:${id}`, seq, [message(id, seq)], {
            reliesOn: { streamId, version },
            ...(chain === undefined ? {} : { decisionChain: chain }),
          }),
        );
      const outcomes = await outcomesOf(
        send(old, 1, 1, decisionChain),
        send(other, 1, 2),
        send(old, 2, 2, decisionChain),
      );
      // Both answers say the same to whoever has decided on top of it: load again.
      expect(outcomes).toEqual(['outdated', 'appended', expect.stringMatching(/^(conflict|outdated)$/)]);
      expect(await store().readStream(`consultation:${old}`, 0, 10)).toHaveLength(1);
      expect(await store().readStream(`consultation:${other}`, 0, 10)).toHaveLength(2);
    });
  });
}

function describeSeveralWriters(storage: () => Storage): void {
  test('two stores that race for one stream store each version once', async () => {
    const { eventStore, otherEventStore } = storage();
    const id = await openFresh(eventStore);
    const streamId: StreamId = `consultation:${id}`;
    const PER_WRITER = 20;

    async function write(store: EventStore): Promise<void> {
      for (let written = 0; written < PER_WRITER; ) {
        const version = (await readWholeStream(store, streamId)).length;
        const outcome = await store.append(request(streamId, version, [message(id, version)]));
        if (outcome.outcome === 'appended') written += 1;
        else expect(outcome.outcome).toBe('conflict');
      }
    }
    await Promise.all([write(eventStore), write(otherEventStore)]);
    const versions = (await readWholeStream(eventStore, streamId)).map(({ version }) => version);
    expect(versions).toEqual(Array.from({ length: 1 + 2 * PER_WRITER }, (_, index) => index + 1));
  });

  test('what builds on a failed append is not stored, although another store has filled the gap', async () => {
    const { eventStore, otherEventStore } = storage();
    const id = await openFresh(eventStore);
    const streamId: StreamId = `consultation:${id}`;
    await otherEventStore.append(request(streamId, 1, [extended(id, NOON + 2 * DAY_MS)]));
    const decisionChain = {};
    // The version that the first expects is gone. The second finds, by chance, the one that it expects.
    const first = eventStore.append(request(streamId, 1, [message(id, 1)], { decisionChain }));
    await Promise.resolve();
    await Promise.resolve();
    const outcomes = await outcomesOf(
      first,
      eventStore.append(request(streamId, 2, [message(id, 2)], { decisionChain })),
      eventStore.append(request(streamId, 3, [message(id, 3)], { decisionChain })),
    );
    expect(outcomes).toEqual(['conflict', 'conflict', 'conflict']);
    const fresh = eventStore.append(request(streamId, 2, [message(id, 1)], { decisionChain: {} }));
    expect(await outcomesOf(fresh)).toEqual(['appended']);
  });

  test('one key that goes through two stores at the same time is stored once', async () => {
    const { eventStore, otherEventStore } = storage();
    for (let round = 0; round < 10; round += 1) {
      const id = await openFresh(eventStore);
      const send = (store: EventStore) =>
        store.append(request(`consultation:${id}`, 1, [message(id, 1)], { idempotencyKey: 'user:k' }));
      const outcomes = await outcomesOf(send(eventStore), send(otherEventStore));
      expect(outcomes.sort()).toEqual(['appended', 'duplicate']);
    }
  });

  test('a reader of the whole log skips nothing while several write', async () => {
    const { eventStore, otherEventStore } = storage();
    const ids = await Promise.all(Array.from({ length: 8 }, () => openFresh(eventStore)));
    const tail = createTail(eventStore, 10);
    const writing = Promise.all(
      ids.map(async (id, index) => {
        const store = index % 2 === 0 ? eventStore : otherEventStore;
        for (let seq = 1; seq <= 15; seq += 1) {
          await store.append(request(`consultation:${id}`, seq, [message(id, seq)]));
        }
      }),
    );
    const expected = Array.from({ length: 16 }, (_, index) => index + 1);
    await vi.waitFor(async () => {
      await tail.readOn();
      for (const id of ids) expect(tail.versionsOf(`consultation:${id}`)).toEqual(expected);
    }, TAIL_WAIT);
    await writing;
    expect(tail.seen.size).toBe(tail.count());
  });
}
