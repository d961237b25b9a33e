import type { Socket } from 'socket.io-client';
import { afterEach, describe, expect, it } from 'vitest';
import { createMemoryRateLimiter } from '../../../src/adapters/memory/rate-limiters.js';
import type { Caller } from '../../../src/application/ports/identity.js';
import { DEFAULT_RATES, type Rates } from '../../../src/application/ports/rate-limiter.js';
import { openConsultation, tomorrow } from '../../support/clinic.js';
import { ask, type ChatHarness, collect, openChat, type PlainAnswer, roundTrip } from './chat-harness.js';

let chat: ChatHarness;

afterEach(() => chat.close());

async function open(rates: Partial<Rates> = {}, isOpen = false): Promise<void> {
  chat = await openChat({
    memory: {
      isOpen,
      decorate: ({ clock }) => ({
        rateLimiter: createMemoryRateLimiter({ ...DEFAULT_RATES, ...rates }, clock),
      }),
    },
  });
  await openConsultation(chat.application, {
    consultationId: 'c-1',
    expiresAt: tomorrow(chat.time.clock.now()),
  });
}

const PATIENT: Caller = { role: 'patient', id: 'patient-1' };
const DOCTOR: Caller = { role: 'doctor', id: 'doctor-1' };

function deviceOf(caller: Caller): Promise<Socket> {
  return chat.connect({ auth: { token: chat.authenticator.issue(caller, null) } });
}

function say(socket: Socket, content: string, sender = 'user'): Promise<PlainAnswer> {
  return ask(socket, 'send_message', { consultationId: 'c-1', sender, content, clientMessageId: content });
}

async function sayMany(socket: Socket, count: number, sender?: string): Promise<readonly PlainAnswer[]> {
  return Promise.all(
    Array.from({ length: count }, (_, index) => say(socket, `${socket.id}-${index}`, sender)),
  );
}

const accepted = (answers: readonly PlainAnswer[]) => answers.filter(({ ok }) => ok).length;

describe('messages', () => {
  it('are limited for a person on all devices together, and for nobody else', async () => {
    await open();
    const [phone, laptop, doctor] = [
      await deviceOf(PATIENT),
      await deviceOf(PATIENT),
      await deviceOf(DOCTOR),
    ];
    expect(accepted(await sayMany(phone, 6))).toBe(6);
    expect(accepted(await sayMany(laptop, 6))).toBe(4);
    expect((await say(phone, 'one more')).error).toMatchObject({
      code: 'rate.limited',
      message: 'You are doing this too often. Try again later.',
      retryAfterMs: 10_000,
      clientMessageId: 'one more',
    });
    expect(accepted(await sayMany(doctor, 10, 'doctor'))).toBe(10);
    expect(chat.metrics.counted('requests_rate_limited_total')).toBe(3);
    expect(chat.metrics.read('rate_limit_keys')).toBe(2);
  });

  it('pass again when the pause that was told is over, on a new connection no sooner', async () => {
    await open();
    const phone = await deviceOf(PATIENT);
    await sayMany(phone, 10);
    await chat.time.advance(3_000);
    expect((await say(phone, 'later')).error?.['retryAfterMs']).toBe(7_000);
    phone.disconnect();
    const again = await deviceOf(PATIENT);
    await chat.time.advance(6_999);
    expect((await say(again, 'later')).error?.['retryAfterMs']).toBe(1);
    await chat.time.advance(1);
    expect(await say(again, 'later')).toMatchObject({ ok: true, seq: 11 });
  });

  it('that are repeats count, too', async () => {
    await open();
    const phone = await deviceOf(PATIENT);
    for (let time = 0; time < 10; time += 1) expect((await say(phone, 'the same')).ok).toBe(true);
    expect((await say(phone, 'the same')).error?.code).toBe('rate.limited');
  });

  it('keep their order when many are on their way and the sender waits and repeats from the refused one on', async () => {
    await open();
    const [phone, doctor] = [await deviceOf(PATIENT), await deviceOf(DOCTOR)];
    await ask(doctor, 'join_consultation', 'c-1');
    const heard = collect(doctor, 'new_message');
    const contents = Array.from({ length: 35 }, (_, index) => `message ${index}`);
    /** Without waiting for answers; more time passes than a window has left. */
    async function sendAll(waiting: readonly string[]): Promise<readonly string[]> {
      const pending: Promise<PlainAnswer>[] = [];
      for (const content of waiting) {
        pending.push(say(phone, content));
        await chat.time.advance(30);
      }
      const answers = await Promise.all(pending);
      const refused = answers.findIndex(({ ok }) => !ok);
      if (refused === -1) return [];
      expect(answers.slice(refused).every(({ ok }) => !ok)).toBe(true);
      await chat.time.advance(Number(answers.at(-1)?.error?.['retryAfterMs']));
      return waiting.slice(refused);
    }
    expect(await sendAll(contents.slice(0, 10))).toEqual([]);
    await chat.time.advance(9_300);
    for (let waiting: readonly string[] = contents.slice(10); waiting.length > 0; )
      waiting = await sendAll(waiting);
    await roundTrip(doctor);
    expect(heard.map((message) => message['content'])).toEqual(contents);
  });

  it('in demo mode, where nobody vouches for a person, are limited for each connection', async () => {
    await open({}, true);
    const [one, other] = [await chat.connect(), await chat.connect()];
    expect(accepted(await sayMany(one, 11))).toBe(10);
    expect(accepted(await sayMany(other, 11))).toBe(10);
  });
});

describe('everything else', () => {
  const rate = { perMinute: 60, burst: 2 };

  it.each([
    ['join_consultation', { join_consultation: rate }, 'c-1'],
    ['get_messages', { get_messages: rate }, { consultationId: 'c-1' }],
    ['mark_read', { mark_read: rate }, { consultationId: 'c-1', seq: 0 }],
    ['typing', { typing: rate }, { consultationId: 'c-1', isTyping: false }],
  ])('%s', async (event, rates, payload) => {
    await open(rates);
    const [phone, laptop] = [await deviceOf(PATIENT), await deviceOf(PATIENT)];
    await ask(phone, event, payload);
    await ask(laptop, event, payload);
    const limited = { code: 'rate.limited', retryAfterMs: 2_000 };
    expect((await ask(phone, event, payload)).error).toMatchObject(limited);
    await chat.time.advance(2_000);
    expect((await ask(phone, event, payload)).error?.code).not.toBe('rate.limited');
  });

  it('leaving is always possible', async () => {
    await open({ join_consultation: rate, invalid_request: rate });
    const phone = await deviceOf(PATIENT);
    for (let time = 0; time < 100; time += 1) {
      expect(await ask(phone, 'leave_consultation', 'c-1')).toMatchObject({ ok: true });
    }
  });

  it('signing in, for each connection', async () => {
    await open();
    const socket = await chat.connect();
    const signIn = (token: string) => ask(socket, 'authenticate', { token });
    for (let time = 0; time < 5; time += 1) {
      expect((await signIn(`guess ${time}`)).error?.code).toBe('auth.invalid');
    }
    const token = chat.authenticator.issue(PATIENT, null);
    expect((await signIn(token)).error).toMatchObject({ code: 'rate.limited', retryAfterMs: 30_000 });
    const other = await chat.connect();
    expect((await ask(other, 'authenticate', { token })).ok).toBe(true);
    await chat.time.advance(30_000);
    expect((await ask(other, 'authenticate', { token })).ok).toBe(true);
  });

  it('what nobody understands, with and without a callback, for each connection', async () => {
    await open({ invalid_request: { perMinute: 60, burst: 3 } });
    const phone = await deviceOf(PATIENT);
    const errors = collect(phone, 'error');
    expect((await ask(phone, 'send_message', { content: '' })).error?.code).toBe('request.invalid');
    expect((await ask(phone, 'no_such_event')).error?.code).toBe('request.invalid');
    phone.emit('join_consultation', null);
    phone.emit('get_messages', null);
    await roundTrip(phone);
    expect(errors.map(({ code, event }) => [code, event])).toEqual([
      ['request.invalid', 'join_consultation'],
      ['rate.limited', 'get_messages'],
    ]);
    expect((await ask(phone, 'send_message')).error).toMatchObject({
      code: 'rate.limited',
      retryAfterMs: 3_000,
    });
    expect((await say(phone, 'hello')).ok).toBe(true);
    expect((await ask(await deviceOf(PATIENT), 'no_such_event')).error?.code).toBe('request.invalid');
  });
});
