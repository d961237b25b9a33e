import { beforeEach, describe, expect, it } from 'vitest';
import type { StoredMessage } from '../../../src/application/ports/message-history.js';
import { createPublishMessages } from '../../../src/application/room/publish-messages.js';
import type { Room } from '../../../src/application/room/rooms.js';
import { createTellMarks } from '../../../src/application/room/tell-marks.js';
import type { ExistingConsultation } from '../../../src/domain/consultation/consultation.js';
import { DAY_MS, MINUTE_MS } from '../../../src/domain/instant.js';
import { openConsultation, say, tomorrow } from '../../support/clinic.js';
import { createFaultyEventStore, type FaultyEventStore, settled } from '../../support/faulty-event-store.js';
import { type MemoryApplication, openMemoryApplication } from '../../support/memory-application.js';

let chat: MemoryApplication;
let store: FaultyEventStore;
let historyFails = false;

beforeEach(async () => {
  historyFails = false;
  chat = openMemoryApplication({
    decorate: ({ eventStore, history }) => {
      store = createFaultyEventStore(eventStore);
      return {
        eventStore: store.eventStore,
        history: {
          ...history,
          after: async (...page) => {
            if (historyFails) throw new Error('the database went away');
            return history.after(...page);
          },
        },
      };
    },
  });
  await openConsultation(chat.application, { expiresAt: tomorrow(chat.time.clock.now()) });
  await join('listener');
});

async function join(connectionId: string): Promise<void> {
  await chat.connect(connectionId).join({
    consultationId: 'consultation-1',
    sender: 'doctor',
    after: null,
  });
}

function send(content: string, clientMessageId: string | null = null) {
  return say(chat.application, {
    consultationId: 'consultation-1',
    sender: 'user',
    content,
    clientMessageId,
  });
}

function heard(connectionId = 'listener'): string[] {
  return chat.broadcaster
    .inbox(connectionId)
    .flatMap((notification) =>
      notification.type === 'new_message'
        ? [`${notification.message.seq} ${notification.message.content}`]
        : [],
    );
}

/** The second message is stored, but its sender hears that it failed. */
async function loseTheAnswerToTheSecond(): Promise<void> {
  await send('one');
  store.failNext('stored');
  await expect(send('two', 'second')).rejects.toThrow();
  expect(heard()).toEqual(['1 one']);
}

describe('a message that was stored without an answer', () => {
  beforeEach(loseTheAnswerToTheSecond);

  it('is told once, when it is sent again', async () => {
    expect(await send('two', 'second')).toMatchObject({ outcome: 'accepted', duplicate: true });
    await settled();
    expect(heard()).toEqual(['1 one', '2 two']);
    await send('two', 'second');
    await settled();
    expect(heard()).toEqual(['1 one', '2 two']);
  });

  it('is told before the one that comes after it', async () => {
    await send('three');
    await send('four');
    await settled();
    expect(heard()).toEqual(['1 one', '2 two', '3 three', '4 four']);
  });

  it('is told by the next tick when nothing else happens', async () => {
    await chat.application.jobs.announceHeads();
    expect(heard()).toEqual(['1 one', '2 two']);
  });

  it('is told later, and still in order, when the history cannot be read at first', async () => {
    historyFails = true;
    await send('three');
    await settled();
    expect(heard()).toEqual(['1 one']);
    historyFails = false;
    await chat.time.advance(MINUTE_MS);
    await send('four');
    await settled();
    expect(heard()).toEqual(['1 one', '2 two', '3 three', '4 four']);
  });

  it('is not told again to a room that opens after it', async () => {
    chat.session('listener').leave('consultation-1');
    await join('late');
    await chat.application.jobs.announceHeads();
    await send('three');
    await settled();
    expect(heard('late')).toEqual(['3 three']);
  });
});

it('many messages at once are told in the order of their seq', async () => {
  const contents = Array.from({ length: 300 }, (_, index) => `message ${index + 1}`);
  store.failNext('stored');
  await Promise.allSettled(contents.map((content) => send(content)));
  await settled();
  await chat.application.jobs.announceHeads();
  const seqs = heard().map((line) => Number.parseInt(line, 10));
  expect(seqs).toEqual(chat.log.messages('consultation-1').map(({ seq }) => seq));
});

describe('a room that opens again with a state that was read before somebody left it', () => {
  const consultationId = 'consultation-1';
  const parties = { patient: { id: 'patient-1', name: 'P' }, doctor: { id: 'doctor-1', name: 'D' } };
  const consultation: ExistingConsultation = {
    consultationId,
    patientId: 'patient-1',
    doctorId: 'doctor-1',
    status: 'open',
    expiresAt: DAY_MS,
    lastSeq: 0,
    readSeq: { user: 0, doctor: 0 },
  };
  const stored = (seq: number): StoredMessage => ({
    messageId: `message-${seq}`,
    consultationId,
    seq,
    sender: 'user',
    content: `${seq}`,
    clientMessageId: null,
    sentAt: 0,
  });
  const log = [1, 2, 3, 4].map(stored);
  const roomsFrom = (told: number[]) => {
    let room: Room = { told: consultation };
    return {
      reopen: () => {
        room = { told: consultation };
      },
      attendance: { room: () => room } as never,
      broadcaster: {
        ...chat.broadcaster,
        publish: (
          _id: string,
          notification: {
            readonly type: string;
            readonly seq?: number;
            readonly message?: { readonly seq: number };
          },
        ) => void told.push(notification.message?.seq ?? notification.seq ?? 0),
      } as never,
    };
  };

  it('tells no message again, and none in another order', async () => {
    const told: number[] = [];
    const { reopen, ...rooms } = roomsFrom(told);
    const history = {
      after: async (_id: string, seq: number) => log.filter((one) => one.seq > seq),
    } as never;
    const publisher = createPublishMessages({ ...rooms, history, logger: { error: () => {} } as never });
    publisher.openRoom(consultationId, 0);
    for (const message of log.slice(0, 3)) publisher.publish(message, parties);
    reopen();
    publisher.openRoom(consultationId, 1);
    await publisher.catchUp(consultationId, 4, parties);
    expect(told).toEqual([1, 2, 3, 4]);
  });

  it('stops reading where the log ends, and goes on from there when the log has more', async () => {
    const told: number[] = [];
    const rooms = roomsFrom(told);
    let readable = 2;
    const reads: number[] = [];
    const history = {
      after: async (_id: string, seq: number) => {
        reads.push(seq);
        return log.filter((one) => one.seq > seq && one.seq <= readable);
      },
    } as never;
    const publisher = createPublishMessages({ ...rooms, history, logger: { error: () => {} } as never });
    publisher.openRoom(consultationId, 0);
    await publisher.catchUp(consultationId, 4, parties);
    expect({ told, reads, behind: publisher.isBehind(consultationId, 4) }).toEqual({
      told: [1, 2],
      reads: [0, 2],
      behind: true,
    });
    readable = 4;
    await publisher.catchUp(consultationId, 4, parties);
    expect({ told, behind: publisher.isBehind(consultationId, 4) }).toEqual({
      told: [1, 2, 3, 4],
      behind: false,
    });
  });

  it('a room in which nobody is present has missed nothing, and reads nothing', async () => {
    const told: number[] = [];
    const history = {
      after: () => {
        throw new Error('read for nobody');
      },
    } as never;
    const errors: unknown[] = [];
    const publisher = createPublishMessages({
      ...roomsFrom(told),
      attendance: { room: () => undefined } as never,
      history,
      logger: { error: (...line: unknown[]) => void errors.push(line) } as never,
    });
    publisher.openRoom(consultationId, 0);
    for (const message of log) publisher.publish(message, parties);
    await publisher.catchUp(consultationId, 4, parties);
    expect(publisher.isBehind(consultationId, 4)).toBe(false);
    expect({ told, errors }).toEqual({ told: [], errors: [] });
  });

  it('tells no mark again', () => {
    const told: number[] = [];
    const { reopen, ...rooms } = roomsFrom(told);
    const marks = createTellMarks({ ...rooms, clock: { now: () => 0 } });
    const consultation = { consultationId, patientId: 'patient-1', doctorId: 'doctor-1' };
    marks.openRoom({ ...consultation, readSeq: { user: 0, doctor: 0 } } as never);
    marks.catchUp({ ...consultation, readSeq: { user: 2, doctor: 3 } } as never);
    reopen();
    marks.openRoom({ ...consultation, readSeq: { user: 0, doctor: 0 } } as never);
    marks.catchUp({ ...consultation, readSeq: { user: 2, doctor: 4 } } as never);
    expect(told).toEqual([2, 3, 4]);
  });
});
