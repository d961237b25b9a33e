import { expect, test } from 'vitest';
import { createVirtualTime } from '../../../src/adapters/memory/virtual-time.js';
import type { StreamId } from '../../../src/application/ports/event-store.js';
import type { ConsultationSummary } from '../../../src/application/ports/notification.js';
import { createInboxRegistry } from '../../../src/application/room/inbox-registry.js';
import { createInboxUpdates } from '../../../src/application/room/inbox-updates.js';
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

/** A doctor who watches their inbox, and what is read for it. */
function open() {
  const time = createVirtualTime(0);
  const registry = createInboxRegistry();
  const read: string[] = [];
  const updates = createInboxUpdates({
    registry,
    consultations: { cachedState: () => undefined },
    attendance: { present: () => [] },
    broadcaster: { notify: () => {} },
    directory: {
      summaries: async () => [],
      summariesOf: async (ids) => {
        read.push(...ids);
        return [{ state: SUMMARY, version: 1 }];
      },
    },
    scheduler: time.scheduler,
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  const watch = {
    connectionId: 'doctor',
    side: 'doctor',
    personId: 'doctor-1',
    shown: new Set<string>(),
    answering: 0,
  } as const;
  const show = (): void => {
    registry.add(watch);
    registry.show(watch, SUMMARY, []);
  };
  async function readWithin(ms: number): Promise<readonly string[]> {
    await time.advance(ms);
    return read.splice(0);
  }
  return { updates, registry, show, readWithin };
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
