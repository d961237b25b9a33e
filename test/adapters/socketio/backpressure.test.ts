import type { Socket } from 'socket.io-client';
import { afterEach, describe, expect, it } from 'vitest';
import { BACKLOG_LIMITS, MAX_UNREAD_BYTES } from '../../../src/adapters/socketio/backlog-guard.js';
import { MAX_IN_FLIGHT_PER_CONNECTION } from '../../../src/adapters/socketio/request-handler.js';
import { MAX_PAGE_BYTES } from '../../../src/application/ports/message-history.js';
import { openConsultation, tomorrow } from '../../support/clinic.js';
import {
  ask,
  type ChatHarness,
  type ChatHarnessOptions,
  collect,
  openChat,
  roundTrip,
} from './chat-harness.js';

const LARGE = '🎉'.repeat(4_000);
/** With what each has besides, this many of them go into a page. */
const LARGE_IN_A_PAGE = Math.floor(MAX_PAGE_BYTES / 16_300);

let chat: ChatHarness;

async function open(options: ChatHarnessOptions = {}): Promise<void> {
  chat = await openChat(options);
  const expiresAt = tomorrow(chat.time.clock.now());
  await openConsultation(chat.application, { consultationId: 'c-1', expiresAt });
}

afterEach(() => chat.close());

function message(content: string) {
  return { consultationId: 'c-1', sender: 'user', content };
}

describe('a sender that floods', () => {
  it('is refused beyond what may be under way, with a time to wait, and loses nothing that was taken', async () => {
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let slow = false;
    await open({
      memory: {
        decorate: ({ eventStore }) => ({
          eventStore: {
            ...eventStore,
            append: async (request) => {
              if (slow) await released;
              return eventStore.append(request);
            },
          },
        }),
      },
    });
    slow = true;
    const socket = await chat.connect();
    const excess = 20;
    const answers = Array.from({ length: MAX_IN_FLIGHT_PER_CONNECTION + excess }, (_, index) =>
      ask(socket, 'send_message', message(`message ${index}`)),
    );
    const refused = await Promise.all(answers.slice(MAX_IN_FLIGHT_PER_CONNECTION));
    for (const { error } of refused) {
      expect(error?.code).toBe('rate.limited');
      expect(error?.['retryAfterMs']).toBeGreaterThan(0);
    }
    expect(chat.metrics.counted('requests_refused_busy_total')).toBe(excess);
    expect(chat.metrics.read('requests_under_way')).toBe(MAX_IN_FLIGHT_PER_CONNECTION);

    const other = await chat.connect();
    expect((await ask(other, 'leave_consultation', 'c-1')).ok).toBe(true);

    release();
    const taken = await Promise.all(answers.slice(0, MAX_IN_FLIGHT_PER_CONNECTION));
    expect(taken.map((answer) => answer['seq'])).toEqual(taken.map((_, index) => index + 1));
    expect(chat.metrics.read('requests_under_way')).toBe(0);
    expect((await ask(socket, 'send_message', message('goes on'))).ok).toBe(true);
  });
});

describe('a reader that does not read', () => {
  it('is cut off at the backlog, disturbs nobody, and catches up when it comes back', async () => {
    await open();
    const reader = await chat.connect();
    const other = await chat.connect();
    for (const socket of [reader, other]) await ask(socket, 'join_consultation', 'c-1');
    const heard = collect(other, 'new_message');
    const cut = new Promise<void>((resolve) => {
      chat.io.sockets.sockets.get(String(reader.id))?.once('disconnect', () => resolve());
    });
    const transport = reader.io.engine.transport as unknown as { ws: { pause(): void } };
    transport.ws.pause();

    const sender = await chat.connect();
    let isCut = false;
    void cut.then(() => {
      isCut = true;
    });
    let sent = 0;
    const large = '🎉'.repeat(4_000);
    while (!isCut) {
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => ask(sender, 'send_message', message(large))),
      );
      sent += answers.filter((answer) => answer.ok).length;
      // Who reads is given the time to: on a busy machine it could be cut off, too.
      await roundTrip(other);
    }
    expect(chat.metrics.counted('connections_cut_backlog_total')).toBe(1);
    await roundTrip(other);
    expect(heard).toHaveLength(sent);

    const back = await chat.connect();
    const answer = await ask(back, 'join_consultation', { consultationId: 'c-1', after: 0 });
    expect(answer['headSeq']).toBe(sent);
    // A page of them: they are long.
    expect(answer['messages']).toHaveLength(Math.min(sent, LARGE_IN_A_PAGE));
  });

  it('is cut off for its bytes, however few its packets are: a tenth of a second of long ones', async () => {
    await open({ transport: { backlogLimits: { sweepMs: 10 } } });
    const cut = await pausedReader();
    await sendUntil(cut);
    expect(whyCut()).toMatchObject([{ reason: 'bytes' }]);
  });

  it('over long-polling as well, where it asks for nothing more', async () => {
    await open({ transport: { backlogLimits: { sweepMs: 10 } } });
    const reader = await chat.connect({ transports: ['polling'] });
    await ask(reader, 'join_consultation', 'c-1');
    const cut = cutOf(reader);
    (reader.io.engine.transport as unknown as { doPoll(): void }).doPoll = () => undefined;
    await sendUntil(cut);
    const [label] = whyCut();
    expect(label).toMatchObject({ reason: 'bytes' });
    expect(Number(label?.['bytes'])).toBeLessThan(2 * BACKLOG_LIMITS.maxBytes);
  });

  it('is cut off when it takes nothing for a while, though little waits', async () => {
    const backlogLimits = { sweepMs: 10, maxStallMs: 100, maxBytes: Number.POSITIVE_INFINITY };
    await open({ transport: { backlogLimits } });
    const cut = await pausedReader();
    await sendUntil(cut);
    expect(whyCut()).toMatchObject([{ reason: 'stalled' }]);
  });

  it('is cut off when all readers together hold too much', async () => {
    await open({ transport: { backlogLimits: { sweepMs: 10, maxTotalBytes: 100_000 } } });
    const cut = await pausedReader();
    await sendUntil(cut);
    expect(whyCut()).toMatchObject([{ reason: 'total' }]);
  });

  it('gets no further page before it has read what waits, so that little does', async () => {
    await open({ transport: { backlogLimits: { sweepMs: 10 } } });
    const sender = await chat.connect();
    await Promise.all(Array.from({ length: 20 }, () => ask(sender, 'send_message', message(LARGE))));
    const reader = await chat.connect();
    webSocketOf(reader).pause();
    const backlog = (): number => chat.metrics.read('connection_backlog_bytes') ?? 0;
    const asked: ReturnType<typeof ask>[] = [];
    async function askForAPage(): Promise<void> {
      asked.push(ask(reader, 'get_messages', { consultationId: 'c-1', after: 0, limit: 200 }));
      // The server has written by then what it had to write.
      await roundTrip(sender);
    }
    // The operating system takes some megabytes by itself.
    while (backlog() <= MAX_UNREAD_BYTES) await askForAPage();
    for (let more = 0; more < 20; more += 1) await askForAPage();
    await expect.poll(() => chat.metrics.read('requests_under_way')).toBe(0);
    expect(backlog()).toBeLessThan(MAX_UNREAD_BYTES + 2 * MAX_PAGE_BYTES);
    webSocketOf(reader).resume();
    const answers = await Promise.all(asked);
    const refused = answers.filter(({ ok }) => !ok);
    expect(refused.length).toBeGreaterThan(0);
    for (const { error } of refused) {
      expect(error).toMatchObject({ code: 'rate.limited', retryAfterMs: expect.any(Number) });
    }
    expect((await ask(reader, 'get_messages', { consultationId: 'c-1' })).ok).toBe(true);
    expect(chat.metrics.counted('connections_cut_backlog_total')).toBe(0);
  });
});

function webSocketOf(socket: Socket): { pause(): void; resume(): void } {
  return (socket.io.engine.transport as unknown as { ws: { pause(): void; resume(): void } }).ws;
}

function cutOf(reader: Socket): Promise<void> {
  return new Promise((resolve) => {
    chat.io.sockets.sockets.get(String(reader.id))?.once('disconnect', () => resolve());
  });
}

/** Joins, and reads nothing from then on. @returns what tells when it is cut off. */
async function pausedReader(): Promise<Promise<void>[]> {
  const reader = await chat.connect();
  await ask(reader, 'join_consultation', 'c-1');
  webSocketOf(reader).pause();
  return [cutOf(reader)];
}

/** Says long things until the reader is cut off. */
async function sendUntil(cut: Promise<void> | Promise<void>[]): Promise<void> {
  const sender = await chat.connect();
  let isCut = false;
  void Promise.all([cut].flat()).then(() => {
    isCut = true;
  });
  while (!isCut) {
    await Promise.all(Array.from({ length: 10 }, () => ask(sender, 'send_message', message(LARGE))));
  }
}

function whyCut() {
  return chat.logger.entries
    .filter(({ event }) => event === 'connection.backlog')
    .map(({ fields }) => fields);
}
