import { afterEach, describe, expect, it } from 'vitest';
import type { Session } from '../../../src/application/sessions/sessions.js';
import { openConsultation, tomorrow } from '../../support/clinic.js';
import { ask, type ChatHarness, type ChatHarnessOptions, collect, next, openChat } from './chat-harness.js';

let chat: ChatHarness | undefined;

afterEach(() => chat?.close());

async function open(
  session: (own: Session) => Partial<Session>,
  transport: ChatHarnessOptions['transport'] = {},
): Promise<ChatHarness> {
  chat = await openChat({ session, transport });
  await openConsultation(chat.application, {
    consultationId: 'c-1',
    expiresAt: tomorrow(chat.time.clock.now()),
  });
  return chat;
}

const CONTENT = 'my secret symptom';
const MESSAGE = { consultationId: 'c-1', sender: 'user', content: CONTENT, clientMessageId: 'draft-7' };
const SERVER_ERROR = {
  code: 'server.error',
  message: 'Something went wrong on our side. Try again in a moment.',
};

describe('a failure inside', () => {
  const failing = () => Promise.reject(new Error(`insert failed for "${CONTENT}"`));

  it('is answered as server.error, without its words, by callback and by event', async () => {
    const { connect, logger } = await open(() => ({ send: failing }));
    const socket = await connect();
    const answer = await ask(socket, 'send_message', MESSAGE);
    expect(answer).toEqual({ ok: false, error: { ...SERVER_ERROR, clientMessageId: 'draft-7' } });
    const told = next(socket, 'error');
    socket.emit('send_message', MESSAGE);
    expect(await told).toEqual({ ...SERVER_ERROR, clientMessageId: 'draft-7', event: 'send_message' });
    const failures = logger.entries.filter(({ event }) => event === 'request.failed');
    expect(failures.map(({ fields }) => fields)).toEqual([
      { request: 'send_message', connectionId: socket.id },
      { request: 'send_message', connectionId: socket.id },
    ]);
  });

  it.each([
    ['join_consultation', { join: failing }],
    [
      'leave_consultation',
      {
        leave: () => {
          throw new Error(CONTENT);
        },
      },
    ],
    [
      'send_message',
      {
        send: () => {
          throw new Error(CONTENT);
        },
      },
    ],
  ])('of %s leaves the connection and the other requests alone', async (event, broken) => {
    const { connect } = await open((own) => ({ ...own, ...broken }));
    const socket = await connect();
    expect((await ask(socket, event, MESSAGE)).error).toMatchObject(SERVER_ERROR);
    expect((await ask(socket, 'what_is_this')).error).toMatchObject({ code: 'request.invalid' });
    for (const other of ['join_consultation', 'leave_consultation', 'send_message']) {
      if (other !== event) expect(await ask(socket, other, MESSAGE)).toMatchObject({ ok: true });
    }
  });

  it('that is not even an error does no more harm', async () => {
    const { connect } = await open(() => ({ send: () => Promise.reject(undefined) }));
    expect((await ask(await connect(), 'send_message', MESSAGE)).error).toMatchObject(SERVER_ERROR);
  });

  it('with a refusal that the wire has no code for is our failure, too', async () => {
    const { connect } = await open(() => ({
      send: async () => ({ outcome: 'refused', code: 'doctor.already_exists' }),
    }));
    expect((await ask(await connect(), 'send_message', MESSAGE)).error).toMatchObject(SERVER_ERROR);
  });

  it('while a connection opens or closes is logged', async () => {
    const broken = () => {
      throw new Error('no');
    };
    const { connect, logger } = await open(() => ({ close: broken }));
    (await connect()).disconnect();
    await expect
      .poll(() => logger.entries.filter(({ level }) => level === 'error').map(({ event }) => event))
      .toEqual(['connection.close_failed']);
    await chat?.close();
    chat = await openChat({ sessions: () => ({ open: broken }) });
    const socket = await chat.connect();
    // It may have been closed already.
    await expect.poll(() => socket.connected).toBe(false);
    expect(chat.logger.entries.filter(({ level }) => level === 'error').map(({ event }) => event)).toEqual([
      'connection.open_failed',
    ]);
  });
});

describe('a use case that takes too long', () => {
  it('is answered as server.error in time, and its late result goes nowhere', async () => {
    let finish = (): void => undefined;
    const late = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const { connect, logger } = await open(
      (own) => ({
        send: async (request) => {
          await late;
          return own.send(request);
        },
      }),
      { answerDeadlineMs: 100 },
    );
    const socket = await connect();
    await ask(socket, 'join_consultation', 'c-1');
    const answers: unknown[] = [];
    const first = new Promise<void>((resolve) => {
      socket.emit('send_message', MESSAGE, (answer: unknown) => {
        answers.push(answer);
        resolve();
      });
    });
    await first;
    const heard = next(socket, 'new_message');
    finish();
    await heard;
    await ask(socket, 'leave_consultation', 'c-1');
    expect(answers).toEqual([{ ok: false, error: { ...SERVER_ERROR, clientMessageId: 'draft-7' } }]);
    expect(logger.entries).toContainEqual({
      level: 'warn',
      event: 'request.timed_out',
      fields: { request: 'send_message', connectionId: socket.id },
    });
  });

  it('is told once where there is no callback, and a request that was answered is not answered again', async () => {
    let finish = (): void => undefined;
    const late = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const { connect, logger } = await open(
      (own) => ({
        send: async (request) => {
          if (request.content === CONTENT) await late;
          return own.send(request);
        },
      }),
      { answerDeadlineMs: 100 },
    );
    const socket = await connect();
    const errors = collect(socket, 'error');
    const timedOut = next(socket, 'error').then(() => next(socket, 'error'));
    socket.emit('send_message', { ...MESSAGE, content: 'refused at once', consultationId: 'nowhere' });
    // Its deadline comes after the other one's; its late result is a refusal.
    socket.emit('send_message', { ...MESSAGE, consultationId: 'nowhere' });
    await timedOut;
    finish();
    await ask(socket, 'leave_consultation', 'c-1');
    expect(errors.map(({ code }) => code)).toEqual(['consultation.not_found', 'server.error']);
    expect(logger.entries.filter(({ event }) => event === 'request.timed_out')).toHaveLength(1);
  });

  it('keeps each request to its own deadline, however many wait', async () => {
    const { connect } = await open(() => ({ send: () => new Promise(() => undefined) }), {
      answerDeadlineMs: 100,
      drainLimitMs: 10,
    });
    const socket = await connect();
    for (let round = 0; round < 3; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => ask(socket, 'send_message', MESSAGE)),
      );
      expect(new Set(answers.map(({ error }) => error?.code))).toEqual(new Set(['server.error']));
    }
  });

  it('does not let a join behind it take effect after its own answer', async () => {
    const joined: string[] = [];
    let finish = (): void => undefined;
    const slow = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const { connect } = await open(
      (own) => ({
        join: async (request) => {
          joined.push(request.consultationId);
          await slow;
          return own.join(request);
        },
      }),
      { answerDeadlineMs: 100 },
    );
    const socket = await connect();
    const answers = await Promise.all([
      ask(socket, 'join_consultation', 'c-1'),
      ask(socket, 'join_consultation', 'c-2'),
    ]);
    expect(answers.map(({ error }) => error?.code)).toEqual(['server.error', 'server.error']);
    finish();
    expect(await ask(socket, 'leave_consultation', 'c-1')).toMatchObject({ ok: true });
    expect(joined).toEqual(['c-1']);
  });

  it('does not keep anybody in a room that they leave meanwhile', async () => {
    let finish = (): void => undefined;
    const slow = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const { connect, application, time } = await open((own) => ({
      join: async (request) => {
        if (request.consultationId !== 'c-1') await slow;
        return own.join(request);
      },
    }));
    await openConsultation(application, { consultationId: 'c-2', expiresAt: tomorrow(time.clock.now()) });
    const watcher = await connect();
    await ask(watcher, 'join_consultation', 'c-1');
    const socket = await connect();
    await ask(socket, 'join_consultation', 'c-1');
    // At once, although a join elsewhere hangs; and behind the join that it takes back.
    const left = next(watcher, 'user_left');
    socket.emit('join_consultation', 'c-2');
    socket.emit('leave_consultation', 'c-1');
    expect(await left).toMatchObject({ consultationId: 'c-1' });
    const leftForGood = ask(socket, 'leave_consultation', 'c-2');
    finish();
    expect(await leftForGood).toMatchObject({ ok: true });
    const messages = collect(socket, 'new_message');
    await ask(watcher, 'send_message', { ...MESSAGE, consultationId: 'c-2' });
    await ask(socket, 'leave_consultation', 'c-2');
    expect(messages).toEqual([]);
  });
});

describe('closing', () => {
  it('lets what is under way be answered first, refuses what is new, and clients come back by themselves', async () => {
    let finish = (): void => undefined;
    let started = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const inFlight = new Promise<void>((resolve) => {
      started = resolve;
    });
    const { connect, transport } = await open(
      (own) => ({
        send: async (request) => {
          started();
          await gate;
          return own.send(request);
        },
      }),
      { drainLimitMs: 10_000 },
    );
    const socket = await connect();
    const goodbye = new Promise((resolve) => socket.once('disconnect', resolve));
    const accepted = ask(socket, 'send_message', MESSAGE);
    await inFlight;
    const closed = transport.close();
    const refused = await ask(socket, 'send_message', MESSAGE);
    expect(refused.error).toMatchObject({ code: 'server.overloaded', retryAfterMs: expect.any(Number) });
    finish();
    expect(await accepted).toMatchObject({ ok: true, seq: 1 });
    await closed;
    // After "io server disconnect" a client would stay away.
    expect(await goodbye).toBe('transport close');
  });

  it('does not wait for what hangs', async () => {
    const { connect, transport } = await open(() => ({ send: () => new Promise(() => undefined) }), {
      drainLimitMs: 10,
    });
    const socket = await connect();
    socket.emit('send_message', MESSAGE);
    await ask(socket, 'leave_consultation', 'c-1');
    const goodbye = new Promise((resolve) => socket.once('disconnect', resolve));
    await Promise.all([transport.close(), goodbye]);
    await transport.close();
  });
});
