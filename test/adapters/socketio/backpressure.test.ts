import { afterEach, describe, expect, it } from 'vitest';
import { MAX_UNDER_WAY_PER_CONNECTION } from '../../../src/adapters/socketio/transport.js';
import { openConsultation, tomorrow } from '../../support/clinic.js';
import {
  ask,
  type ChatHarness,
  type ChatHarnessOptions,
  collect,
  openChat,
  roundTrip,
} from './chat-harness.js';

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
    const answers = Array.from({ length: MAX_UNDER_WAY_PER_CONNECTION + excess }, (_, index) =>
      ask(socket, 'send_message', message(`message ${index}`)),
    );
    const refused = await Promise.all(answers.slice(MAX_UNDER_WAY_PER_CONNECTION));
    for (const { error } of refused) {
      expect(error?.code).toBe('rate.limited');
      expect(error?.['retryAfterMs']).toBeGreaterThan(0);
    }
    expect(chat.metrics.counted('requests_refused_busy_total')).toBe(excess);
    expect(chat.metrics.read('requests_under_way')).toBe(MAX_UNDER_WAY_PER_CONNECTION);

    const other = await chat.connect();
    expect((await ask(other, 'leave_consultation', 'c-1')).ok).toBe(true);

    release();
    const taken = await Promise.all(answers.slice(0, MAX_UNDER_WAY_PER_CONNECTION));
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
        Array.from({ length: 50 }, () => ask(sender, 'send_message', message(large))),
      );
      sent += answers.filter((answer) => answer.ok).length;
    }
    expect(chat.metrics.counted('connections_cut_backlog_total')).toBe(1);
    await roundTrip(other);
    expect(heard).toHaveLength(sent);

    const back = await chat.connect();
    const answer = await ask(back, 'join_consultation', { consultationId: 'c-1', after: 0 });
    expect(answer['headSeq']).toBe(sent);
    expect(answer['messages']).toHaveLength(Math.min(sent, 200));
  });
});
