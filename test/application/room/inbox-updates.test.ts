import { expect, test } from 'vitest';
import { createVirtualTime } from '../../../src/adapters/memory/virtual-time.js';
import { MAX_PAGE_ITEMS } from '../../../src/application/answers/answer.js';
import type { StreamId } from '../../../src/application/ports/event-store.js';
import type { ConsultationSummary } from '../../../src/application/ports/notification.js';
import { createInboxRegistry } from '../../../src/application/room/inbox-registry.js';
import { createInboxUpdates, INBOX_REST_MS } from '../../../src/application/room/inbox-updates.js';
import { SECOND_MS } from '../../../src/domain/instant.js';

const SUMMARY: ConsultationSummary = {
  consultationId: 'c-1',
  status: 'open',
  expiresAt: 60_000,
  openedAt: 0,
  headSeq: 0,
  readSeq: { user: 0, doctor: 0 },
  unread: { user: 0, doctor: 0 },
  lastMessageAt: null,
  lastSender: null,
  waitingSince: null,
  ahead: null,
  patient: { id: 'patient-1', name: 'Mx One' },
  doctor: { id: 'doctor-1', name: 'Dr One' },
};

const DOCTOR = { connectionId: 'doctor', side: 'doctor', personId: 'doctor-1', answering: 0 } as const;

/** A doctor who watches their inbox, and what is read for it. */
function open() {
  const time = createVirtualTime(0);
  const registry = createInboxRegistry();
  const read: string[] = [];
  let inboxes = 0;
  const updates = createInboxUpdates({
    registry,
    consultations: { cachedState: () => undefined },
    attendance: { present: () => [] },
    broadcaster: { notify: () => {} },
    directory: {
      summaries: async () => {
        inboxes += 1;
        return [];
      },
      summariesOf: async (ids) => {
        read.push(...ids);
        return ids.map((consultationId) => ({ state: { ...SUMMARY, consultationId }, version: 1 }));
      },
    },
    scheduler: time.scheduler,
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  const watch = { ...DOCTOR, shown: new Set<string>() };
  const show = (): void => {
    registry.add(watch);
    registry.show(watch, SUMMARY, []);
  };
  async function readWithin(ms: number): Promise<readonly string[]> {
    await time.advance(ms);
    return read.splice(0);
  }
  return { updates, registry, show, inboxesRead: () => inboxes, readWithin };
}

const moved = (streamId: StreamId) => [{ streamId, version: 2 }];

test.each(['doctor:doctor-1', 'patient:patient-1', 'consultation:c-1'] as const)(
  'a stream that has moved, %s, is read where it is shown',
  async (streamId) => {
    const { updates, show, readWithin } = open();
    show();
    updates.moved(moved(streamId));
    expect(await readWithin(SECOND_MS)).toEqual(['c-1']);
  },
);

test.each(['doctor:doctor-2', 'patient:patient-2'] as const)('%s is shown to nobody', async (streamId) => {
  const { updates, show, readWithin } = open();
  show();
  updates.moved(moved(streamId));
  expect(await readWithin(SECOND_MS)).toEqual([]);
});

test('a doctor’s new name has all their consultations that are shown read again', async () => {
  const { updates, show, readWithin } = open();
  show();
  updates.stored([
    {
      streamId: 'doctor:doctor-1',
      version: 2,
      event: { type: 'DoctorRenamed', data: { doctorId: 'doctor-1', name: 'Dr New' } },
      actor: { kind: 'admin', id: 'host' },
      occurredAt: 0,
    },
  ]);
  expect(await readWithin(SECOND_MS)).toEqual(['c-1']);
});

test('however many consultations have changed at once, none of them waits for the next time', async () => {
  const { updates, show, readWithin } = open();
  show();
  const ids = Array.from({ length: 2 * MAX_PAGE_ITEMS + 50 }, (_, index) => `c-${index}`);
  for (const id of ids) updates.moved(moved(`consultation:${id}`));
  expect((await readWithin(INBOX_REST_MS)).toSorted()).toEqual(ids.toSorted());
});

test('whoever lacks nothing waits for no others who may lack something', async () => {
  const { updates, registry, show, inboxesRead, readWithin } = open();
  show();
  for (let count = 1; count <= 200; count += 1)
    registry.add({ ...DOCTOR, connectionId: `doctor-${count}`, personId: `d-${count}`, shown: new Set() });
  updates.missed();
  expect(await readWithin(INBOX_REST_MS)).toEqual(['c-1']);
  expect(inboxesRead()).toBeLessThan(100);
  updates.moved(moved('consultation:c-1'));
  expect(await readWithin(INBOX_REST_MS)).toEqual(['c-1']);
  await readWithin(SECOND_MS);
  expect(inboxesRead()).toBe(201);
});

test('nothing is read for somebody who has gone meanwhile', async () => {
  const { updates, registry, show, readWithin } = open();
  show();
  updates.moved(moved('consultation:c-1'));
  registry.remove('doctor');
  expect(await readWithin(SECOND_MS)).toEqual([]);
});

test('after the end nothing is read any more', async () => {
  const { updates, show, readWithin } = open();
  show();
  updates.missed();
  await updates.stop();
  updates.moved(moved('consultation:c-1'));
  await updates.stop();
  expect(await readWithin(SECOND_MS)).toEqual([]);
});
