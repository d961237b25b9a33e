import { beforeEach, describe, expect, test } from 'vitest';
import { createMemoryPeers } from '../../../src/adapters/memory/peers.js';
import { MAX_PAGE_ITEMS } from '../../../src/application/answers/answer.js';
import type { EventStore } from '../../../src/application/ports/event-store.js';
import type { Identity, Role } from '../../../src/application/ports/identity.js';
import type { InboxItem } from '../../../src/application/ports/notification.js';
import { INBOX_REST_MS } from '../../../src/application/room/inbox-updates.js';
import { DOUBT_MS } from '../../../src/application/room/tell-doubtful.js';
import type { Session } from '../../../src/application/sessions/sessions.js';
import { DAY_MS, SECOND_MS } from '../../../src/domain/instant.js';
import { ADMIN, openConsultation } from '../../support/clinic.js';
import { createFaultyEventStore, type FaultyEventStore, settled } from '../../support/faulty-event-store.js';
import { type MemoryApplication, openMemoryApplication } from '../../support/memory-application.js';

const FIRST = { sort: 'waiting', after: null, limit: 50, sender: null, userId: null } as const;
let chat: MemoryApplication;
let doctor: Session;
let patient: Session;

const as = (role: Role, id: string): Identity => ({ caller: { role, id }, expiresAt: null });

beforeEach(async () => {
  chat = openMemoryApplication({ isOpen: false });
  await open('c-1', 'patient-1');
  await open('c-2', 'patient-2');
  doctor = chat.connect('doctor', as('doctor', 'doctor-1'));
  patient = chat.connect('patient', as('patient', 'patient-1'));
});

function open(consultationId: string, patientId: string): Promise<void> {
  const expiresAt = chat.time.clock.now() + DAY_MS;
  return openConsultation(chat.application, { consultationId, patientId, expiresAt });
}

async function say(session: Session, consultationId: string, sender: 'user' | 'doctor'): Promise<void> {
  const request = { consultationId, sender, content: 'Secret', clientMessageId: null };
  expect(await session.send(request)).toMatchObject({ outcome: 'accepted' });
}

async function watch(session: Session, more: Partial<Parameters<Session['watchInbox']>[0]> = {}) {
  const page = await session.watchInbox({ ...FIRST, ...more });
  if (page.outcome === 'refused') throw new Error(page.code);
  return page;
}

/** What the connection is told of its inbox within the next second. */
async function told(connectionId: string): Promise<readonly InboxItem[]> {
  await chat.time.advance(SECOND_MS);
  return chat.broadcaster
    .take(connectionId)
    .flatMap((each) => (each.type === 'inbox_updated' ? [each.item] : []));
}

describe('an inbox', () => {
  test('shows its owner’s consultations, as seen from the owner’s side', async () => {
    await say(patient, 'c-1', 'user');
    await patient.join({ consultationId: 'c-1', sender: null, after: null });
    const { items, next } = await watch(doctor);
    const at = chat.time.clock.now();
    expect(next).toBeNull();
    expect(items.map(({ consultationId }) => consultationId)).toEqual(['c-1', 'c-2']);
    expect(items[0]).toMatchObject({
      side: 'doctor',
      status: 'open',
      headSeq: 1,
      unread: { user: 0, doctor: 1 },
      lastMessageAt: at,
      lastSender: 'user',
      waitingSince: at,
      ahead: 0,
      present: ['user'],
    });
    expect(JSON.stringify(items)).not.toContain('Secret');
    expect((await watch(patient)).items).toMatchObject([{ consultationId: 'c-1', side: 'user' }]);
  });

  test('is told of every change, whoever made it, and at most once in 250 ms', async () => {
    await watch(doctor);
    for (let count = 0; count < 5; count += 1) await say(patient, 'c-1', 'user');
    const [item, ...more] = await told('doctor');
    expect([item?.headSeq, item?.unread.doctor, more]).toEqual([5, 5, []]);

    await doctor.markRead({ consultationId: 'c-1', seq: 4, sender: null });
    expect(await told('doctor')).toMatchObject([{ readSeq: { doctor: 4 }, unread: { doctor: 1 } }]);
    await patient.join({ consultationId: 'c-1', sender: null, after: null });
    expect(await told('doctor')).toMatchObject([{ present: ['user'] }]);
    patient.leave('c-1');
    expect(await told('doctor')).toMatchObject([{ present: [] }]);
    await chat.application.administration.putPatient(ADMIN, { patientId: 'patient-2', name: 'Mx New' });
    expect(await told('doctor')).toMatchObject([{ consultationId: 'c-2', patient: { name: 'Mx New' } }]);
    await open('c-3', 'patient-2');
    expect(await told('doctor')).toMatchObject([{ consultationId: 'c-3', status: 'open' }]);
    await doctor.endConsultation({ consultationId: 'c-3', sender: null });
    expect(await told('doctor')).toMatchObject([{ consultationId: 'c-3', status: 'ended' }]);
    await chat.time.advance(DAY_MS);
    chat.broadcaster.take('doctor');
    await chat.application.jobs.expireConsultations();
    const expired = (await told('doctor')).map(({ consultationId, status }) => [consultationId, status]);
    expect(expired.toSorted()).toEqual([
      ['c-1', 'expired'],
      ['c-2', 'expired'],
    ]);
  });

  test('leaves some time between two packets about one consultation', async () => {
    await watch(doctor);
    await say(patient, 'c-1', 'user');
    await chat.time.advance(INBOX_REST_MS / 2);
    await say(patient, 'c-1', 'user');
    await chat.time.advance(INBOX_REST_MS / 2 - 1);
    expect(chat.broadcaster.inbox('doctor')).toHaveLength(1);
    expect(await told('doctor')).toMatchObject([{ headSeq: 1 }, { headSeq: 2 }]);
  });

  test('of somebody who waits is told how many are ahead, even if nobody else watches', async () => {
    const other = chat.connect('other', as('patient', 'patient-2'));
    await say(other, 'c-2', 'user');
    await chat.time.advance(SECOND_MS);
    await say(patient, 'c-1', 'user');
    expect((await watch(patient)).items).toMatchObject([{ ahead: 1 }]);
    await say(doctor, 'c-2', 'doctor');
    expect(await told('patient')).toMatchObject([{ consultationId: 'c-1', ahead: 0 }]);
    await say(doctor, 'c-1', 'doctor');
    expect(await told('patient')).toMatchObject([{ ahead: null, waitingSince: null, unread: { user: 1 } }]);
  });

  test('is shown to nobody else', async () => {
    await watch(patient);
    const stranger = chat.connect('stranger', as('patient', 'doctor-1'));
    expect((await watch(stranger)).items).toEqual([]);
    await say(doctor, 'c-2', 'doctor');
    await say(doctor, 'c-1', 'doctor');
    expect(await told('stranger')).toEqual([]);
    expect((await told('patient')).map(({ consultationId }) => consultationId)).toEqual(['c-1']);
    const admin = chat.connect('admin', as('admin', 'admin-1'));
    expect(await admin.watchInbox(FIRST)).toMatchObject({ code: 'consultation.forbidden' });
    const claimed = await watch(patient, { sender: 'doctor', userId: 'doctor-1' });
    expect(claimed.items.map(({ consultationId }) => consultationId)).toEqual(['c-1']);
  });

  test('is paged', async () => {
    await say(patient, 'c-1', 'user');
    const first = await watch(doctor, { limit: 1 });
    const second = await watch(doctor, { limit: 1, after: first.next });
    expect([...first.items, ...second.items].map(({ consultationId }) => consultationId)).toEqual([
      'c-1',
      'c-2',
    ]);
    expect(second.next).toBeNull();
    for (const after of ['', 'waiting', 'waiting x c-1', 'activity 1 §', 'c-1', `${first.next} x`]) {
      const refused = await doctor.watchInbox({ ...FIRST, after });
      expect([after, refused]).toMatchObject([after, { code: 'request.invalid', field: 'after' }]);
    }
    for (const limit of [0, 201, 1.5]) {
      expect(await doctor.watchInbox({ ...FIRST, limit })).toMatchObject({ field: 'limit' });
    }
  });

  test('tells with its first page what is unread on later ones, so that everything unread can be counted', async () => {
    await open('c-0', 'patient-3');
    for (const [session, id] of [
      [patient, 'c-1'],
      [chat.connect('other', as('patient', 'patient-2')), 'c-2'],
    ] as const)
      await say(session, id, 'user');
    await chat.application.administration.endConsultation(ADMIN, 'c-2');
    await chat.time.advance(1);
    await say(doctor, 'c-0', 'doctor');
    const idsOf = (items: readonly InboxItem[]) => items.map(({ consultationId }) => consultationId);
    for (const [sort, first, ...unread] of [
      ['waiting', 'c-1', 'c-2'],
      ['activity', 'c-0', 'c-1', 'c-2'],
    ] as const) {
      const page = await watch(doctor, { sort, limit: 1 });
      expect([sort, ...idsOf(page.items)]).toEqual([sort, first]);
      expect(idsOf(page.moreUnread).toSorted()).toEqual(unread);
      expect((await watch(doctor, { sort, limit: 1, after: page.next })).moreUnread).toEqual([]);
      expect((await watch(doctor, { sort })).moreUnread).toEqual([]);
    }
    // They were shown, so that what was missed of them is found.
    await doctor.markRead({ consultationId: 'c-2', seq: 1, sender: null });
    expect(await told('doctor')).toMatchObject([{ consultationId: 'c-2', unread: { doctor: 0 } }]);
  });

  test('is not told of any more after it was unwatched, taken over, or its token has expired', async () => {
    const expiresAt = chat.time.clock.now() + 10 * SECOND_MS;
    const expiring = chat.connect('expiring', { ...as('doctor', 'doctor-1'), expiresAt });
    const changing = chat.connect('changing', as('doctor', 'doctor-1'));
    for (const session of [doctor, expiring, changing]) await watch(session);
    expect(doctor.unwatchInbox()).toEqual({ outcome: 'unwatched' });
    const token = chat.authenticator.issue({ role: 'patient', id: 'patient-1' });
    expect(await changing.authenticate({ channel: 'socket', token, headers: {} })).toMatchObject({
      outcome: 'signed_in',
    });
    await say(patient, 'c-1', 'user');
    expect(await told('doctor')).toEqual([]);
    expect(await told('changing')).toEqual([]);
    expect(chat.broadcaster.inbox('expiring')).toHaveLength(1);
    await chat.time.advance(10 * SECOND_MS);
    chat.broadcaster.take('expiring');
    await say(patient, 'c-1', 'user');
    expect(await told('expiring')).toEqual([]);
  });

  test('costs no reads while nobody watches, and none for those who are not concerned', async () => {
    let reads = 0;
    chat = openMemoryApplication({
      isOpen: false,
      decorate: ({ directory }) => ({
        directory: {
          ...directory,
          summariesOf: async (ids) => {
            reads += 1;
            return directory.summariesOf(ids);
          },
        },
      }),
    });
    await open('c-1', 'patient-1');
    await openConsultation(chat.application, {
      consultationId: 'c-9',
      patientId: 'patient-9',
      doctorId: 'doctor-9',
      expiresAt: chat.time.clock.now() + DAY_MS,
    });
    patient = chat.connect('patient', as('patient', 'patient-1'));
    await say(patient, 'c-1', 'user');
    await chat.time.advance(SECOND_MS);
    await watch(chat.connect('doctor-9', as('doctor', 'doctor-9')));
    await say(patient, 'c-1', 'user');
    await chat.time.advance(SECOND_MS);
    expect(reads).toBe(0);
  });

  test('goes on after a read that failed', async () => {
    let isBroken = true;
    chat = openMemoryApplication({
      isOpen: false,
      decorate: ({ directory }) => ({
        directory: {
          ...directory,
          summariesOf: async (ids) => {
            if (isBroken) throw new Error('away');
            return directory.summariesOf(ids);
          },
        },
      }),
    });
    await open('c-1', 'patient-1');
    patient = chat.connect('patient', as('patient', 'patient-1'));
    await watch(patient);
    await say(patient, 'c-1', 'user');
    expect(await told('patient')).toEqual([]);
    isBroken = false;
    expect(await told('patient')).toMatchObject([{ headSeq: 1 }]);
  });
});

test('in demo mode the connection says whose inbox it is', async () => {
  chat = openMemoryApplication();
  await open('c-1', 'patient-1');
  const anyone = chat.connect('anyone');
  expect(await anyone.watchInbox(FIRST)).toMatchObject({ code: 'request.invalid', field: 'sender' });
  expect(await anyone.watchInbox({ ...FIRST, sender: 'doctor' })).toMatchObject({ field: 'userId' });
  const page = await watch(anyone, { sender: 'doctor', userId: 'doctor-1' });
  expect(page.items).toMatchObject([{ consultationId: 'c-1', side: 'doctor' }]);
});

describe('when the store’s answer is lost,', () => {
  test('those who watch still hear of what was stored, even if it was stored late', async () => {
    let store: FaultyEventStore | undefined;
    chat = openMemoryApplication({
      isOpen: false,
      decorate: ({ eventStore }) => {
        store = createFaultyEventStore(eventStore);
        return { eventStore: store.eventStore };
      },
    });
    await open('c-1', 'patient-1');
    patient = chat.connect('patient', as('patient', 'patient-1'));
    doctor = chat.connect('doctor', as('doctor', 'doctor-1'));
    await watch(doctor);
    store?.failNext('stored');
    const request = {
      consultationId: 'c-1',
      sender: 'user',
      content: 'Secret',
      clientMessageId: null,
    } as const;
    await expect(patient.send(request)).rejects.toThrow();
    expect(await told('doctor')).toMatchObject([{ headSeq: 1, unread: { doctor: 1 } }]);
    store?.failNext('not stored');
    await expect(patient.send(request)).rejects.toThrow();
    expect(await told('doctor')).toEqual([]);
    // The store takes it after the request was given up.
    const late = openMemoryApplication({ isOpen: false, log: chat.log, time: chat.time });
    await say(late.connect('patient', as('patient', 'patient-1')), 'c-1', 'user');
    expect(await told('doctor')).toEqual([]);
    await chat.time.advance(2 * DOUBT_MS);
    expect(await told('doctor')).toMatchObject([{ headSeq: 2, unread: { doctor: 2 } }]);
    expect(
      chat.logger.entries.filter(({ level, event }) => level === 'error' && event === 'inbox.failed'),
    ).toEqual([]);
  });

  test('other processes hear of it, too', async () => {
    const { a, b, arrive } = await twoProcesses((eventStore) => createFaultyEventStore(eventStore));
    await watch(b.chat.connect('doctor', as('doctor', 'doctor-1')));
    a.store.failNext('stored');
    const request = {
      consultationId: 'c-1',
      sender: 'user',
      content: 'Secret',
      clientMessageId: null,
    } as const;
    await expect(a.chat.connect('patient', as('patient', 'patient-1')).send(request)).rejects.toThrow();
    await arrive();
    chat = b.chat;
    expect(await told('doctor')).toMatchObject([{ headSeq: 1, unread: { doctor: 1 } }]);
  });
});

describe('on another process', () => {
  test('those who watch hear of everything, also of what was missed', async () => {
    const { a, b, arrive, miss, lose } = await twoProcesses((eventStore) =>
      createFaultyEventStore(eventStore),
    );
    const onA = a.chat.connect('patient', as('patient', 'patient-1'));
    const page = await watch(b.chat.connect('doctor', as('doctor', 'doctor-1')));
    expect(page.items).toHaveLength(2);
    chat = b.chat;
    await say(onA, 'c-1', 'user');
    await arrive();
    expect(await told('doctor')).toMatchObject([{ consultationId: 'c-1', unread: { doctor: 1 } }]);

    await say(onA, 'c-1', 'user');
    const expiresAt = chat.time.clock.now() + DAY_MS;
    await openConsultation(a.chat.application, { consultationId: 'c-3', patientId: 'patient-3', expiresAt });
    await a.chat.application.administration.putPatient(ADMIN, { patientId: 'patient-2', name: 'Mx New' });
    await a.chat.application.administration.endConsultation(ADMIN, 'c-2');
    lose();
    expect(await told('doctor')).toEqual([]);
    miss();
    const found = (await told('doctor')).map(({ consultationId, status, unread, patient: { name } }) => ({
      consultationId,
      status,
      unread: unread.doctor,
      name,
    }));
    expect(
      found.toSorted((one, other) => (one.consultationId < other.consultationId ? -1 : 1)),
    ).toMatchObject([
      { consultationId: 'c-1', unread: 2 },
      { consultationId: 'c-2', status: 'ended', name: 'Mx New' },
      { consultationId: 'c-3', status: 'open', unread: 0 },
    ]);
    // What is known is not told again.
    miss();
    expect(await told('doctor')).toEqual([]);
  });

  test('after a gap, even what was shown far down is told, and what is new up to a page', async () => {
    const { a, b, miss, lose } = await twoProcesses((eventStore) => createFaultyEventStore(eventStore));
    const expiresAt = a.chat.time.clock.now() + DAY_MS;
    for (let count = 0; count < MAX_PAGE_ITEMS + 20; count += 1) {
      await openConsultation(a.chat.application, {
        consultationId: `old-${count}`,
        patientId: 'patient-1',
        expiresAt,
      });
      await a.chat.time.advance(1);
    }
    const watching = b.chat.connect('doctor', as('doctor', 'doctor-1'));
    const shown = new Set<string>();
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof watch>> = await watch(watching, {
        sort: 'activity',
        limit: 100,
        after,
      });
      for (const { consultationId } of page.items) shown.add(consultationId);
      after = page.next;
    } while (after !== null);
    expect(shown.size).toBe(MAX_PAGE_ITEMS + 22);
    // By activity, this comes after the newest page.
    const other = a.chat.connect('doctor-on-a', as('doctor', 'doctor-1'));
    const reader = a.chat.connect('patient', as('patient', 'patient-1'));
    await say(reader, 'c-1', 'user');
    for (let count = 0; count < MAX_PAGE_ITEMS; count += 1) {
      await a.chat.time.advance(1);
      await say(reader, `old-${count}`, 'user');
    }
    lose();
    miss();
    chat = b.chat;
    await chat.time.advance(10 * SECOND_MS);
    const found = new Map((await told('doctor')).map((item) => [item.consultationId, item.unread.doctor]));
    expect(found.size).toBe(MAX_PAGE_ITEMS + 1);
    expect(found.get('c-1')).toBe(1);
    await other.markRead({ consultationId: 'c-1', seq: 1, sender: null });
    lose();
    miss();
    await chat.time.advance(10 * SECOND_MS);
    expect(await told('doctor')).toMatchObject([{ consultationId: 'c-1', unread: { doctor: 0 } }]);
  });
});

interface OnOneStore {
  readonly chat: MemoryApplication;
  readonly store: FaultyEventStore;
}

/** Two applications on one store. News arrive when the test lets them. */
async function twoProcesses(by: (eventStore: EventStore) => FaultyEventStore) {
  const onTheWay: (() => void)[] = [];
  const peers = createMemoryPeers(({ arrive }) => void onTheWay.push(arrive));
  function start(options: Parameters<typeof openMemoryApplication>[0]): OnOneStore {
    let store: FaultyEventStore | undefined;
    const decorate = ({ eventStore }: { readonly eventStore: EventStore }) => {
      store = by(eventStore);
      return { eventStore: store.eventStore };
    };
    const opened = openMemoryApplication({ isOpen: false, peers: peers.join(), decorate, ...options });
    if (store === undefined) throw new Error('the ports are decorated when the application is opened');
    return { chat: opened, store };
  }
  const a = start({ idPrefix: 'a' });
  const b = start({ idPrefix: 'b', log: a.chat.log, time: a.chat.time });
  chat = a.chat;
  await open('c-1', 'patient-1');
  await open('c-2', 'patient-2');
  for (const each of [a, b]) each.chat.application.jobs.joinPeers();
  const arrive = async () => {
    while (onTheWay.length > 0) {
      for (const each of onTheWay.splice(0)) each();
      await settled();
    }
  };
  await arrive();
  return { a, b, arrive, lose: () => void onTheWay.splice(0), miss: () => peers.interrupt() };
}
