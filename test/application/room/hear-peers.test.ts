import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { createMemoryPeers } from '../../../src/adapters/memory/peers.js';
import type { ConsultationView } from '../../../src/application/ports/notification.js';
import type { PeerMessage, Peers } from '../../../src/application/ports/peers.js';
import { DAY_MS } from '../../../src/domain/instant.js';
import { ADMIN, daily, openConsultation, ROUND_THE_CLOCK, say } from '../../support/clinic.js';
import { type MemoryApplication, openMemoryApplication } from '../../support/memory-application.js';

const ROOM = 'consultation-1';
const SOON_MS = 100;

interface TwoProcesses {
  readonly a: MemoryApplication;
  readonly b: MemoryApplication;
  /** What the two have told each other, and has not arrived yet. */
  readonly onTheWay: (() => void)[];
  /** Lets everything arrive, and waits until it is handled. */
  arrive(): Promise<void>;
  miss(): void;
}

/** The patient is present on `a`, the doctor on `b`. */
async function twoProcesses(by = (link: Peers): Peers => link): Promise<TwoProcesses> {
  const onTheWay: (() => void)[] = [];
  const peers = createMemoryPeers(({ arrive }) => void onTheWay.push(arrive));
  const a = openMemoryApplication({ idPrefix: 'a', peers: by(peers.join()) });
  const b = openMemoryApplication({ idPrefix: 'b', peers: by(peers.join()), log: a.log, time: a.time });
  const arrive = async () => {
    for (const each of onTheWay.splice(0)) each();
    await settled();
  };
  await openConsultation(a.application, { expiresAt: a.time.clock.now() + DAY_MS, windows: ROUND_THE_CLOCK });
  for (const { application } of [a, b]) application.jobs.joinPeers();
  while (onTheWay.length > 0) await arrive();
  await a.connect('patient').join({ consultationId: ROOM, sender: 'user', after: null });
  await arrive();
  await b.connect('doctor').join({ consultationId: ROOM, sender: 'doctor', after: null });
  await arrive();
  return { a, b, onTheWay, arrive, miss: () => peers.interrupt() };
}

/** A link that is too narrow for stored events. It tells the versions of their streams instead. */
function narrow(link: Peers): Peers {
  const pointersOnly = (message: PeerMessage): PeerMessage => {
    if (message.news.type !== 'stored') return message;
    const streams = message.news.events.map(({ streamId, version }) => ({ streamId, version }));
    return { ...message, news: { type: 'moved', streams } };
  };
  return {
    ...link,
    listen: ({ heard, interrupted }) =>
      link.listen({ heard: (message) => heard(pointersOnly(message)), interrupted }),
  };
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function send({ application }: MemoryApplication, content: string, sender: 'user' | 'doctor' = 'user') {
  return say(application, { consultationId: ROOM, sender, content, clientMessageId: null });
}

function heard({ broadcaster }: MemoryApplication, who: string) {
  return broadcaster.inbox(who);
}

function contents(chat: MemoryApplication, who: string): string[] {
  return heard(chat, who).flatMap((each) =>
    each.type === 'new_message' ? [`${each.message.seq} ${each.message.content}`] : [],
  );
}

function updates(chat: MemoryApplication, who: string): ConsultationView[] {
  return heard(chat, who).flatMap((each) =>
    each.type === 'consultation_updated' ? [each.consultation] : [],
  );
}

function typesOf(chat: MemoryApplication, who: string): string[] {
  return heard(chat, who).map(({ type }) => type);
}

describe('what another process has stored', () => {
  it('reaches those present here: messages come in order and once, whoever sent them', async () => {
    const { a, b, arrive } = await twoProcesses();
    await send(a, 'one');
    await send(a, 'two');
    await arrive();
    await send(b, 'three', 'doctor');
    await arrive();
    for (const [chat, who] of [
      [a, 'patient'],
      [b, 'doctor'],
    ] as const) {
      expect(contents(chat, who)).toEqual(['1 one', '2 two', '3 three']);
    }
  });

  it('is told in order and once, although it comes twice and in reverse order', async () => {
    const { a, b, onTheWay, arrive } = await twoProcesses();
    for (const content of ['one', 'two', 'three']) await send(a, content);
    onTheWay.reverse().push(...onTheWay);
    await arrive();
    expect(contents(b, 'doctor')).toEqual(['1 one', '2 two', '3 three']);
  });

  it('is the state of the next decision, without a read of the store and without a conflict', async () => {
    let appends = 0;
    const peers = createMemoryPeers();
    const a = openMemoryApplication({ idPrefix: 'a', peers: peers.join() });
    const b = openMemoryApplication({
      idPrefix: 'b',
      peers: peers.join(),
      log: a.log,
      time: a.time,
      decorate: ({ eventStore }) => ({
        eventStore: {
          ...eventStore,
          append: (request) => {
            appends += 1;
            return eventStore.append(request);
          },
        },
      }),
    });
    for (const { application } of [a, b]) application.jobs.joinPeers();
    await settled();
    await openConsultation(a.application, { expiresAt: a.time.clock.now() + DAY_MS });
    await send(b, 'first', 'doctor');
    await settled();
    appends = 0;
    for (let turn = 0; turn < 10; turn += 1) {
      await send(a, 'from a');
      await settled();
      await send(b, 'from b', 'doctor');
      await settled();
    }
    expect(appends).toBe(10);
  });

  it('ends, extends and reopens the consultation for those present here', async () => {
    const { a, b, arrive } = await twoProcesses();
    const { administration } = a.application;
    await administration.endConsultation(ADMIN, ROOM);
    await arrive();
    await administration.reopenConsultation(ADMIN, ROOM, a.time.clock.now() + DAY_MS);
    await arrive();
    expect(typesOf(b, 'doctor')).toEqual([
      'doctor_ready',
      'consultation_updated',
      'consultation_updated',
      'doctor_ready',
    ]);
    expect(heard(b, 'doctor')).toMatchObject([
      {},
      { consultation: { status: 'ended' } },
      { consultation: { status: 'open' } },
      {},
    ]);
  });

  it('moves the read mark', async () => {
    const { a, b, arrive } = await twoProcesses();
    await send(a, 'one');
    await arrive();
    await b.session('doctor').markRead({ consultationId: ROOM, seq: 1, sender: 'doctor' });
    await arrive();
    expect(heard(a, 'patient').at(-1)).toMatchObject({
      type: 'messages_read',
      reader: 'doctor',
      seq: 1,
      userId: 'doctor-1',
    });
  });

  it('opens and closes the doctor’s schedule for those present here', async () => {
    const { a, b, arrive } = await twoProcesses();
    await a.application.administration.setSchedule(ADMIN, 'doctor-1', { windows: daily('12:00', '13:00') });
    await arrive();
    expect(heard(b, 'doctor').at(-1)).toMatchObject({
      type: 'doctor_away',
      nextOpeningAt: Date.parse('2026-03-02T12:00:00.000Z'),
    });
    await a.application.administration.setSchedule(ADMIN, 'doctor-1', { windows: ROUND_THE_CLOCK });
    await arrive();
    expect(typesOf(b, 'doctor').at(-1)).toBe('doctor_ready');
  });
});

describe('a name that was changed by another process', () => {
  it.each(['is heard of', 'was missed, until heads are announced'])('%s', async (how) => {
    const { a, b, onTheWay, arrive } = await twoProcesses();
    await a.application.administration.putPatient(ADMIN, { patientId: 'patient-1', name: 'Mx New' });
    await a.application.administration.putDoctor(ADMIN, {
      doctorId: 'doctor-1',
      name: 'Dr New',
      timeZone: 'UTC',
    });
    if (how === 'is heard of') await arrive();
    else {
      onTheWay.length = 0;
      await b.application.jobs.announceHeads();
      await settled();
    }
    expect(heard(b, 'doctor').findLast(({ type }) => type === 'consultation_updated')).toMatchObject({
      consultation: { patient: { name: 'Mx New' }, doctor: { name: 'Dr New' } },
    });
    await send(b, 'hello', 'doctor');
    expect(heard(b, 'doctor').at(-1)).toMatchObject({
      message: { patient: { name: 'Mx New' }, doctor: { name: 'Dr New' } },
    });
  });
});

it('a new name is told although memory has already learned it in another way', async () => {
  const { a, b, onTheWay } = await twoProcesses();
  const renamed = { doctorId: 'doctor-1', name: 'Dr New', timeZone: 'UTC' };
  await a.application.administration.putDoctor(ADMIN, renamed);
  onTheWay.length = 0;
  await b.connect('patient-on-b').join({ consultationId: ROOM, sender: 'user', after: null });
  await b.application.jobs.announceHeads();
  await settled();
  const updates = heard(b, 'doctor').filter(({ type }) => type === 'consultation_updated');
  expect(updates).toMatchObject([{ consultation: { doctor: { name: 'Dr New' } } }]);
  // It is told once.
  onTheWay.length = 0;
  await b.application.jobs.announceHeads();
  expect(heard(b, 'doctor').filter(({ type }) => type === 'consultation_updated')).toHaveLength(1);
});

it('a new name that was stored without an answer is told with the heads', async () => {
  const faulty = openMemoryApplication();
  let isLost = false;
  const chat = openMemoryApplication({
    log: faulty.log,
    time: faulty.time,
    decorate: ({ eventStore }) => ({
      eventStore: {
        ...eventStore,
        append: async (request) => {
          const outcome = await eventStore.append(request);
          if (isLost) throw new Error('the answer got lost');
          return outcome;
        },
      },
    }),
  });
  await openConsultation(chat.application, { expiresAt: chat.time.clock.now() + DAY_MS });
  await chat.connect('doctor').join({ consultationId: ROOM, sender: 'doctor', after: null });
  isLost = true;
  const { administration } = chat.application;
  await expect(
    administration.putPatient(ADMIN, { patientId: 'patient-1', name: 'Mx New' }),
  ).rejects.toThrow();
  isLost = false;
  await chat.application.jobs.announceHeads();
  expect(heard(chat, 'doctor').filter(({ type }) => type === 'consultation_updated')).toMatchObject([
    { consultation: { patient: { name: 'Mx New' } } },
  ]);
});

describe('what was missed of another process', () => {
  it.each(['the announcement of heads', 'the news that something was missed'])(
    'is told by %s',
    async (occasion) => {
      const { a, b, onTheWay, miss } = await twoProcesses();
      await send(a, 'one');
      await send(a, 'two');
      const elsewhere = a.connect('doctor-elsewhere');
      await elsewhere.join({ consultationId: ROOM, sender: 'doctor', after: null });
      await elsewhere.markRead({ consultationId: ROOM, seq: 2, sender: 'doctor' });
      await a.application.administration.setSchedule(ADMIN, 'doctor-1', { windows: [] });
      await a.application.administration.extendConsultation(ADMIN, ROOM, { durationMinutes: 3_000 });
      onTheWay.length = 0;
      expect(typesOf(b, 'doctor')).toEqual(['doctor_ready']);

      if (occasion === 'the announcement of heads') await b.application.jobs.announceHeads();
      else miss();
      await settled();
      expect(contents(b, 'doctor')).toEqual(['1 one', '2 two']);
      expect(typesOf(b, 'doctor').sort()).toEqual(
        ['doctor_ready', 'doctor_away', 'consultation_updated', 'messages_read', 'new_message', 'new_message']
          .concat(occasion === 'the announcement of heads' ? ['consultation_head'] : [])
          .sort(),
      );
      expect(b.logger.entries.filter(({ level }) => level === 'error')).toEqual([]);
    },
  );

  it.each(['expired', 'ended'] as const)(
    'may be a reopening: a room that knows of the end hears that the consultation has %s since, and when it expires',
    async (status) => {
      const { a, b, arrive, onTheWay, miss } = await twoProcesses();
      const { administration, jobs } = a.application;
      await administration.endConsultation(ADMIN, ROOM);
      await arrive();
      // So soon that nobody looks for news in between.
      const expiresAt = a.time.clock.now() + SOON_MS;
      await administration.reopenConsultation(ADMIN, ROOM, expiresAt);
      if (status === 'ended') await administration.endConsultation(ADMIN, ROOM);
      await a.time.advance(SOON_MS);
      await jobs.expireConsultations();
      onTheWay.length = 0;
      expect(updates(b, 'doctor')).toMatchObject([{ status: 'ended' }]);

      miss();
      await settled();
      expect(updates(b, 'doctor')).toMatchObject([{ status: 'ended' }, { status, expiresAt }]);
    },
  );

  it('is logged if the store cannot be read, and found at the next occasion', async () => {
    let isGone = false;
    const log = openMemoryApplication();
    const peers = createMemoryPeers(() => {});
    const b = openMemoryApplication({
      log: log.log,
      time: log.time,
      peers: peers.join(),
      decorate: ({ stateReader }) => ({
        stateReader: {
          ...stateReader,
          versions: async (ids) => {
            if (isGone) throw new Error('the database is gone');
            return stateReader.versions(ids);
          },
        },
      }),
    });
    b.application.jobs.joinPeers();
    await openConsultation(log.application, { expiresAt: log.time.clock.now() + DAY_MS });
    await b.connect('doctor').join({ consultationId: ROOM, sender: 'doctor', after: null });
    await send(log, 'one');
    isGone = true;
    peers.interrupt();
    await settled();
    expect(b.logger.entries).toContainEqual(
      expect.objectContaining({ event: 'peers.failed', level: 'error' }),
    );
    isGone = false;
    peers.interrupt();
    await settled();
    expect(contents(b, 'doctor')).toEqual(['1 one']);
  });
});

describe('when the store fails during a catch-up,', () => {
  /** An application that no news reach. `broken` are the consultations that its store cannot read. */
  async function unheard(roomIds = [ROOM, 'consultation-2']) {
    const a = openMemoryApplication();
    const peers = createMemoryPeers(() => {});
    const broken = new Set<string>();
    const asked: string[] = [];
    const b = openMemoryApplication({
      log: a.log,
      time: a.time,
      peers: peers.join(),
      decorate: ({ stateReader }) => ({
        stateReader: {
          ...stateReader,
          consultation: async (id) => {
            asked.push(id);
            if (broken.has(id)) throw new Error('it cannot be read');
            return stateReader.consultation(id);
          },
        },
      }),
    });
    b.application.jobs.joinPeers();
    const expiresAt = a.time.clock.now() + DAY_MS;
    for (const consultationId of roomIds) {
      await openConsultation(a.application, { consultationId, expiresAt });
      await b.connect(consultationId).join({ consultationId, sender: 'doctor', after: null });
      const said = { consultationId, sender: 'user', content: 'one', clientMessageId: null } as const;
      await say(a.application, said);
    }
    return { a, b, broken, asked, miss: () => peers.interrupt() };
  }

  it('one room keeps no other from hearing, and hears soon itself', async () => {
    const { b, broken, miss } = await unheard();
    broken.add(ROOM);
    miss();
    await settled();
    expect(contents(b, ROOM)).toEqual([]);
    expect(contents(b, 'consultation-2')).toEqual(['1 one']);
    broken.clear();
    await b.time.advance(2_000);
    await settled();
    expect(contents(b, ROOM)).toEqual(['1 one']);
  });

  it('the first and the last failure are logged, and after fifty rooms the store is left alone', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => `consultation-${index + 1}`);
    const { b, broken, asked, miss } = await unheard(ids);
    for (const id of ids) broken.add(id);
    asked.length = 0;
    miss();
    await settled();
    expect(asked).toEqual(ids.slice(0, 50));
    expect(b.logger.entries.filter(({ event }) => event === 'peers.failed')).toHaveLength(2);
  });

  it('the heads of the other rooms are announced', async () => {
    const { b, broken } = await unheard();
    broken.add(ROOM);
    await b.application.jobs.announceHeads();
    expect(typesOf(b, 'consultation-2')).toContain('consultation_head');
    expect(contents(b, 'consultation-2')).toEqual(['1 one']);
  });

  it('the catch-up is tried again less and less often, and not for ever', async () => {
    const { b, broken, miss } = await unheard();
    broken.add(ROOM);
    miss();
    await settled();
    const tries = () => b.metrics.counted('peer_catch_ups_total');
    expect(tries()).toBe(1);
    await b.time.advance(10_000);
    expect(tries()).toBe(4);
    await b.time.advance(DAY_MS);
    const most = tries();
    expect(most).toBeLessThan(10);
    await b.application.jobs.stopAnnouncing();
    miss();
    await b.time.advance(10_000);
    expect(tries()).toBe(most);
  });

  it('news that could not be told are heard soon, too', async () => {
    const { a, b, arrive, onTheWay } = await twoProcesses();
    await send(a, 'one');
    // Only the later one arrives, so that the state has to be read.
    onTheWay.length = 0;
    await send(a, 'two');
    let fails = true;
    const { consultation } = b.ports.stateReader;
    Object.assign(b.ports.stateReader, {
      consultation: async (id: string) => {
        if (fails) throw new Error('it cannot be read');
        return consultation(id);
      },
    });
    await arrive();
    expect(contents(b, 'doctor')).toEqual([]);
    fails = false;
    await b.time.advance(2_000);
    await settled();
    expect(contents(b, 'doctor')).toEqual(['1 one', '2 two']);
  });
});

/** What may happen next, to a person or to what is on the way. */
const step = fc.oneof(
  fc.record({
    kind: fc.constantFrom('send', 'read', 'extend', 'end', 'reopen', 'close', 'open'),
    at: fc.boolean(),
  }),
  fc.record({ kind: fc.constantFrom('arrive', 'lose', 'double', 'swap'), place: fc.nat(5) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

test('processes agree in the end, whatever is lost, repeated or late between them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { a, b, onTheWay } = await twoProcesses();
      for (const each of steps) await take(each, a, b, onTheWay);
      for (const chat of [a, b]) await chat.application.jobs.announceHeads();
      await settled();
      const stored = a.log.messages(ROOM).map(({ seq, content }) => `${seq} ${content}`);
      expect(contents(a, 'patient')).toEqual(stored);
      expect(contents(b, 'doctor')).toEqual(stored);
      expectToldAsStored(a, 'patient');
      expectToldAsStored(b, 'doctor');
    }),
    { numRuns: 150 },
  );
});

/** Expects that what somebody was last told of the consultation and of the doctor is what is stored. */
function expectToldAsStored(chat: MemoryApplication, who: string): void {
  const { state } = chat.log.consultation(ROOM);
  const doctor = chat.log.doctor('doctor-1').state;
  const inbox = heard(chat, who);
  const updated = inbox.findLast(({ type }) => type === 'consultation_updated');
  if (updated !== undefined) expect(updated).toMatchObject({ consultation: { status: state.status } });
  const told = inbox.findLast(({ type }) => type === 'doctor_ready' || type === 'doctor_away');
  const isClosed = doctor.status === 'registered' && doctor.schedule.windows.length === 0;
  if (state.status === 'open') expect(told?.type).toBe(isClosed ? 'doctor_away' : 'doctor_ready');
  expect(chat.logger.entries.filter(({ level }) => level === 'error')).toEqual([]);
}

async function take(
  each: Step,
  a: MemoryApplication,
  b: MemoryApplication,
  onTheWay: (() => void)[],
): Promise<void> {
  if ('place' in each) return disturb(each.kind, each.place, onTheWay);
  const [chat, who, sender] = each.at
    ? ([a, 'patient', 'user'] as const)
    : ([b, 'doctor', 'doctor'] as const);
  const { administration } = chat.application;
  const later = chat.time.clock.now() + DAY_MS;
  switch (each.kind) {
    case 'send':
      await send(chat, `by ${who}`, sender);
      break;
    case 'read':
      await chat.session(who).markRead({ consultationId: ROOM, seq: chat.log.messages(ROOM).length, sender });
      break;
    case 'extend':
      await administration.extendConsultation(ADMIN, ROOM, { durationMinutes: 10_000 });
      break;
    case 'end':
      await administration.endConsultation(ADMIN, ROOM);
      break;
    case 'reopen':
      await administration.reopenConsultation(ADMIN, ROOM, later);
      break;
    default:
      await administration.setSchedule(ADMIN, 'doctor-1', {
        windows: each.kind === 'close' ? [] : ROUND_THE_CLOCK,
      });
  }
}

async function disturb(kind: Step['kind'], place: number, onTheWay: (() => void)[]): Promise<void> {
  const [one] = onTheWay.slice(place, place + 1);
  if (one === undefined) return;
  if (kind === 'double') onTheWay.push(one);
  else onTheWay.splice(place, 1);
  if (kind === 'swap') onTheWay.unshift(one);
  if (kind === 'arrive') one();
  await settled();
}

describe('what another process has stored, when only the versions are told,', () => {
  it('is read, and reaches those present here: messages in order, read marks, and the end', async () => {
    const { a, b, arrive } = await twoProcesses(narrow);
    for (const content of ['one', 'two']) await send(a, content);
    await arrive();
    expect(contents(b, 'doctor')).toEqual(['1 one', '2 two']);
    await a.session('patient').markRead({ consultationId: ROOM, sender: 'user', seq: 2 });
    await arrive();
    expect(heard(b, 'doctor')).toContainEqual(
      expect.objectContaining({ type: 'messages_read', reader: 'user', seq: 2 }),
    );
    await a.application.administration.endConsultation(ADMIN, ROOM);
    await arrive();
    expect(typesOf(b, 'doctor').at(-1)).toBe('consultation_updated');
    expect(await send(b, 'late', 'doctor')).toMatchObject({ code: 'consultation.inactive' });
  });

  it('may be a new name of the doctor, or of the patient', async () => {
    const { a, b, arrive } = await twoProcesses(narrow);
    const namesAt = () =>
      heard(b, 'doctor').flatMap((each) =>
        each.type === 'consultation_updated'
          ? [`${each.consultation.patient.name} with ${each.consultation.doctor.name}`]
          : [],
      );
    await a.application.administration.putDoctor(ADMIN, {
      doctorId: 'doctor-1',
      name: 'Dr Eva',
      timeZone: 'UTC',
    });
    await arrive();
    expect(namesAt().at(-1)).toBe('Mx patient-1 with Dr Eva');
    await a.application.administration.putPatient(ADMIN, { patientId: 'patient-1', name: 'Mx Noor' });
    await arrive();
    expect(namesAt().at(-1)).toBe('Mx Noor with Dr Eva');
  });

  it('may be a schedule that takes the doctor off duty: nothing is accepted by the old one', async () => {
    const { a, b, arrive } = await twoProcesses(narrow);
    await send(b, 'in time', 'doctor');
    await arrive();
    await a.application.administration.setSchedule(ADMIN, 'doctor-1', { windows: [] });
    await arrive();
    expect(typesOf(b, 'doctor')).toContain('doctor_away');
    expect(await send(b, 'too late')).toMatchObject({ code: 'doctor.unavailable' });
  });

  it('is known all the same if nobody is present', async () => {
    const { a, b, arrive } = await twoProcesses(narrow);
    await openConsultation(a.application, {
      consultationId: 'empty',
      patientId: 'patient-2',
      doctorId: 'doctor-2',
      expiresAt: a.time.clock.now() + DAY_MS,
    });
    await arrive();
    expect(await b.application.administration.consultation(ADMIN, 'empty')).toMatchObject({
      outcome: 'done',
    });
    await a.application.administration.endConsultation(ADMIN, 'empty');
    await arrive();
    expect(await b.application.administration.consultation(ADMIN, 'empty')).toMatchObject({
      value: { status: 'ended' },
    });
  });
});
