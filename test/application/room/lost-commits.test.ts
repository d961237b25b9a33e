import { beforeEach, expect, it } from 'vitest';
import { createMemoryLog, type MemoryLog } from '../../../src/adapters/memory/memory-log.js';
import { createMemoryPeers } from '../../../src/adapters/memory/peers.js';
import type { StreamId } from '../../../src/application/ports/event-store.js';
import { DAY_MS, SECOND_MS } from '../../../src/domain/instant.js';
import { ADMIN, openConsultation, ROUND_THE_CLOCK, say } from '../../support/clinic.js';
import { settled } from '../../support/faulty-event-store.js';
import { type MemoryApplication, openMemoryApplication } from '../../support/memory-application.js';

const ROOM = 'consultation-1';
const STREAM: StreamId = `consultation:${ROOM}`;

/** A log that can lose its end, as a replica that takes over has not received it. */
function createLosingLog() {
  let current = createMemoryLog();
  const log: MemoryLog = {
    append: (request) => current.append(request),
    all: () => current.all(),
    stream: (streamId) => current.stream(streamId),
    original: (streamId, key) => current.original(streamId, key),
    consultation: (id) => current.consultation(id),
    doctor: (id) => current.doctor(id),
    patient: (id) => current.patient(id),
    consultations: () => current.consultations(),
    doctors: () => current.doctors(),
    patients: () => current.patients(),
    messages: (id) => current.messages(id),
  };
  return {
    log,
    lose: (count: number) => {
      const kept = current.all().slice(0, -count);
      current = createMemoryLog();
      for (const { streamId, version, event, actor, occurredAt } of kept)
        current.append({ streamId, expectedVersion: version - 1, events: [event], actor, occurredAt });
    },
  };
}

let chat: MemoryApplication;
let lose: (count: number) => void;
let readsFail: boolean;

beforeEach(async () => {
  const losing = createLosingLog();
  lose = losing.lose;
  readsFail = false;
  chat = openMemoryApplication({
    log: losing.log,
    peers: createMemoryPeers().join(),
    decorate: ({ stateReader }) => ({
      stateReader: {
        ...stateReader,
        versions: async (streamIds) => {
          if (readsFail) throw new Error('the database is away');
          return stateReader.versions(streamIds);
        },
      },
    }),
  });
  await openConsultation(chat.application, {
    expiresAt: chat.time.clock.now() + DAY_MS,
    windows: ROUND_THE_CLOCK,
  });
  await join('doctor');
  for (const content of ['one', 'two', 'three']) await send(content);
});

async function join(connectionId: string, last?: { seq: number; messageId: string }, on = chat) {
  return on
    .connect(connectionId)
    .join({ consultationId: ROOM, sender: 'doctor', after: last?.seq ?? null, last: last ?? null });
}

function send(content: string, on = chat) {
  const request = { consultationId: ROOM, sender: 'user', content, clientMessageId: null } as const;
  return say(on.application, request);
}

async function replaced(): Promise<void> {
  chat.application.jobs.storeReplaced();
  await settled();
}

function contents(connectionId: string): readonly string[] {
  return chat.broadcaster
    .inbox(connectionId)
    .flatMap((each) => (each.type === 'new_message' ? [`${each.message.seq} ${each.message.content}`] : []));
}

const told = () =>
  chat.logger.entries.filter(({ event }) => event === 'database.went_back').map(({ fields }) => fields);

it('notices that the store has lost something, and brings everybody back to what is stored', async () => {
  lose(2);
  await replaced();
  expect(told()).toEqual([{ streams: 1 }]);
  expect(chat.broadcaster.reconnects).toBe(1);

  chat.disconnect('doctor');
  await join('doctor again');
  expect(await send('another second')).toMatchObject({ outcome: 'accepted', message: { seq: 2 } });
  expect(contents('doctor again')).toEqual(['2 another second']);
});

it('notices it even if other messages have made the room as long again', async () => {
  lose(1);
  const other = openMemoryApplication({ log: chat.log, time: chat.time, idPrefix: 'other' });
  await send('another third', other);
  await replaced();
  expect(told()).toHaveLength(1);
  expect(chat.broadcaster.reconnects).toBe(1);
});

it('decides nothing by lost events, however long the stream has become again', async () => {
  await chat.application.administration.endConsultation(ADMIN, ROOM);
  lose(1);
  const other = openMemoryApplication({ log: chat.log, time: chat.time, idPrefix: 'other' });
  await send('four', other);
  chat.application.jobs.storeReplaced();
  expect(await send('five')).toMatchObject({ outcome: 'accepted', message: { seq: 5 } });
  expect(chat.log.stream(STREAM).map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6]);
});

it('disturbs nobody if a replaced store has lost nothing', async () => {
  await replaced();
  await send('four');
  expect(told()).toEqual([]);
  expect(chat.broadcaster.reconnects).toBe(0);
  expect(contents('doctor')).toEqual(['1 one', '2 two', '3 three', '4 four']);
});

it('notices once, with the announcement of heads, what the same store has lost', async () => {
  lose(1);
  await chat.application.jobs.announceHeads();
  await chat.application.jobs.announceHeads();
  expect(told()).toEqual([{ streams: 1 }]);
});

it('looks again for what was lost until the store answers', async () => {
  lose(1);
  readsFail = true;
  await replaced();
  expect(told()).toEqual([]);
  readsFail = false;
  await chat.time.advance(2 * SECOND_MS);
  expect(told()).toEqual([{ streams: 1 }]);
});

it('tells whoever joins that their last message is not stored any more', async () => {
  const [, second, third] = chat.log.messages(ROOM);
  if (second === undefined || third === undefined) throw new Error('they are stored');
  expect(await join('b', third)).toMatchObject({ isOtherHistory: false });
  lose(1);
  await replaced();
  expect(await join('c', third)).toMatchObject({ isOtherHistory: true });
  await send('another third');
  await send('four');
  expect(await join('d', third)).toMatchObject({ isOtherHistory: true });
  expect(await join('e', second)).toMatchObject({
    isOtherHistory: false,
    messages: [{ seq: 3 }, { seq: 4 }],
  });
  expect(await join('f')).toMatchObject({ isOtherHistory: false });
});
