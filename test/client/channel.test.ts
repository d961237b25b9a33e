import { afterEach, describe, expect, it } from 'vitest';
import type { ConsultationChannel, DrivenChannel } from '../../src/client/channel.js';
import type { ChannelDependencies } from '../../src/client/channel-parts.js';
import {
  READ_MARK_DELAY_MS,
  TYPING_EXPIRY_MS,
  TYPING_IDLE_MS,
  TYPING_REPEAT_MS,
} from '../../src/client/limits.js';
import { openChannel } from '../../src/client/open-channel.js';
import { createMemoryStorage } from '../../src/client/outbox-storage.js';
import type { Answers, RequestEvent, Transport } from '../../src/client/transport.js';
import type { Ack, Message, Sender, WireError } from '../../src/protocol/wire.js';
import { createVirtualEnvironment, settled } from './virtual-environment.js';

const consultationId = 'consultation-1';
const SOME_TIME = '2026-03-02T10:00:00.000Z';
const people = { user: { id: 'p', name: 'Pat' }, doctor: { id: 'd', name: 'Dr. Dee' } };

function message(seq: number, change: Partial<Message> = {}): Message {
  const sentAt = '2026-03-02T10:00:00.000Z';
  return {
    messageId: `m-${seq}`,
    consultationId,
    sender: 'user',
    content: `text ${seq}`,
    sentAt,
    seq,
    ...people,
    ...change,
  };
}

function joined(
  headSeq: number,
  change: Partial<Answers['join_consultation']> = {},
): Ack<Answers['join_consultation']> {
  const consultation = {
    consultationId,
    isActive: true,
    status: 'open',
    expiresAt: '2026-03-03T10:00:00.000Z',
    readSeq: { user: 0, doctor: 0 },
    ...people,
  } as const;
  const doctor = { open: true, nextOpeningAt: null, timeZone: 'UTC', noticeIntervalMs: 45_000 };
  const now = '2026-03-02T10:00:00.000Z';
  return { ok: true, consultation, doctor, now, headSeq, messages: [], present: [], ...change };
}

const no = (code: WireError['code'], more: Partial<WireError> = {}): Ack<never> => ({
  ok: false,
  error: { code, message: 'No.', ...more },
});

/** A channel over a transport on which the test gives every answer itself. */
function openRig(change: Partial<ChannelDependencies> = {}) {
  const environment = createVirtualEnvironment();
  const asked: { event: RequestEvent; payload: unknown; answer: (given: Ack<object> | undefined) => void }[] =
    [];
  const problems: unknown[] = [];
  let isUp = true;
  const transport: Transport = {
    isUp: () => isUp,
    wake: () => undefined,
    request: (event, payload) =>
      new Promise((resolve) => {
        asked.push({ event, payload, answer: (given) => resolve(given as never) });
      }),
  };
  const driven: DrivenChannel = openChannel({
    consultationId,
    sender: 'user',
    from: 'start',
    maxInFlight: 3,
    storage: createMemoryStorage(),
    storagePrefix: 'outbox',
    transport,
    environment,
    problem: (error) => void problems.push(error),
    closed: () => undefined,
    ...change,
  });
  const seen: number[] = [];
  driven.channel.onMessage(({ seq }) => void seen.push(seq));
  return {
    ...driven,
    environment,
    problems,
    seen,
    /** Requests of that name that have no answer yet, oldest first. */
    pending: (event: RequestEvent) => asked.filter((one) => one.event === event),
    answer: async (event: RequestEvent, given: Ack<object> | undefined) => {
      const index = asked.findIndex((one) => one.event === event);
      const [one] = asked.splice(index, 1);
      expect(one?.event).toBe(event);
      one?.answer(given);
      await settled();
      return one?.payload;
    },
    fall: async () => {
      isUp = false;
      driven.connectionLost();
      for (const one of asked.splice(0)) one.answer(undefined);
      await settled();
    },
    rise: async () => {
      isUp = true;
      driven.connected();
      await settled();
    },
  };
}

describe('a channel', () => {
  const opened: ConsultationChannel[] = [];

  afterEach(() => {
    for (const channel of opened.splice(0)) channel.close();
  });

  function open(change?: Partial<ChannelDependencies>) {
    const rig = openRig(change);
    opened.push(rig.channel);
    return rig;
  }

  describe('reading', () => {
    it('asks for what came before, page by page, and is live when nothing is missing', async () => {
      const rig = open();
      const states: string[] = [];
      rig.channel.onState(({ state }) => void states.push(state));
      expect(rig.channel.state).toEqual({ state: 'joining' });
      await rig.answer('join_consultation', joined(3, { messages: [message(1)] }));
      expect(
        await rig.answer('get_messages', {
          ok: true,
          messages: [message(2), message(3)],
          headSeq: 3,
        } as never),
      ).toMatchObject({ after: 1 });
      expect(rig.seen).toEqual([1, 2, 3]);
      expect(states).toEqual(['catching_up', 'live']);
    });

    it.each([
      ['start', 0, [1, 2, 3]],
      ['now', undefined, []],
      [2, 2, [3]],
      [{ last: 1 }, undefined, [3]],
    ] as const)('begins where it is told: %j', async (from, after, expected) => {
      const rig = open({ from });
      const stored = [1, 2, 3].map((seq) => message(seq));
      const asked = await rig.answer(
        'join_consultation',
        joined(3, { messages: after === undefined ? [] : stored.slice(after) }),
      );
      expect((asked as { after?: number }).after).toBe(after);
      if (rig.pending('get_messages').length > 0) {
        await rig.answer('get_messages', { ok: true, messages: stored.slice(2), headSeq: 3 } as never);
      }
      expect(rig.seen).toEqual(expected);
      rig.heard('new_message', message(4));
      expect(rig.seen).toEqual([...expected, 4]);
    });

    it('holds back what lies behind a gap and asks for the gap', async () => {
      const rig = open();
      await rig.answer('join_consultation', joined(0));
      rig.heard('new_message', message(2));
      rig.heard('new_message', message(3));
      expect(rig.seen).toEqual([]);
      expect(rig.pending('get_messages')).toHaveLength(1);
      await rig.answer('get_messages', { ok: true, messages: [message(1)], headSeq: 3 } as never);
      expect(rig.seen).toEqual([1, 2, 3]);
    });

    it('finds a lost last message by the head', async () => {
      const rig = open();
      await rig.answer('join_consultation', joined(0));
      rig.heard('consultation_head', { consultationId, seq: 1 });
      await rig.answer('get_messages', { ok: true, messages: [message(1)], headSeq: 1 } as never);
      expect(rig.seen).toEqual([1]);
    });

    it('waits before it asks again where there was no progress', async () => {
      const rig = open();
      await rig.answer('join_consultation', joined(1));
      await rig.answer('get_messages', { ok: true, messages: [], headSeq: 1 } as never);
      rig.heard('consultation_head', { consultationId, seq: 1 });
      expect(rig.pending('get_messages')).toHaveLength(0);
      await rig.environment.advance(1_000);
      await rig.answer('get_messages', no('server.overloaded', { retryAfterMs: 5_000 }));
      await rig.environment.advance(4_999);
      expect(rig.pending('get_messages')).toHaveLength(0);
      await rig.environment.advance(5_000);
      expect(rig.pending('get_messages')).toHaveLength(1);
    });

    it('comes back behind the last message that it has', async () => {
      const rig = open();
      await rig.answer('join_consultation', joined(1, { messages: [message(1)] }));
      await rig.fall();
      expect(rig.channel.state.state).toBe('joining');
      await rig.rise();
      expect(await rig.answer('join_consultation', joined(1))).toMatchObject({ after: 1, sender: 'user' });
    });

    it('starts over, and says so, where the history is a shorter one', async () => {
      const rig = open({ from: 5 });
      let resets = 0;
      rig.channel.onReset(() => {
        resets += 1;
      });
      await rig.answer('join_consultation', joined(2));
      await rig.answer('get_messages', {
        ok: true,
        messages: [message(1), message(2)],
        headSeq: 2,
      } as never);
      expect([resets, rig.seen]).toEqual([1, [1, 2]]);
    });

    it('starts over where the last message that it has is not stored any more', async () => {
      const rig = open();
      let resets = 0;
      rig.channel.onReset(() => {
        resets += 1;
      });
      expect(
        await rig.answer('join_consultation', joined(2, { messages: [message(1), message(2)] })),
      ).toMatchObject({ last: undefined });
      await rig.fall();
      await rig.rise();
      const again = joined(3, { messages: [message(3)], otherHistory: true });
      expect(await rig.answer('join_consultation', again)).toMatchObject({
        last: { seq: 2, messageId: 'm-2' },
      });
      const page = [message(1), message(2, { messageId: 'other' })];
      await rig.answer('get_messages', { ok: true, messages: page, headSeq: 3 } as never);
      expect([resets, rig.seen]).toEqual([1, [1, 2, 1, 2, 3]]);
      await rig.fall();
      await rig.rise();
      expect(await rig.answer('join_consultation', joined(3))).toMatchObject({
        after: 3,
        last: { seq: 3, messageId: 'm-3' },
      });
      expect(resets).toBe(1);
    });

    it('tries to enter again where it was put off, and stays outside where it is refused', async () => {
      const rig = open();
      const inside = rig.channel.join();
      await rig.answer('join_consultation', no('server.error'));
      expect(rig.channel.state).toMatchObject({ state: 'joining', error: { code: 'server.error' } });
      await rig.environment.advance(1_000);
      await rig.answer('join_consultation', no('consultation.not_found'));
      await expect(inside).rejects.toMatchObject({ code: 'consultation.not_found' });
      expect(rig.channel.state.state).toBe('refused');
      await rig.fall();
      await rig.rise();
      expect(rig.pending('join_consultation')).toHaveLength(0);
      const again = rig.channel.join();
      await rig.answer('join_consultation', joined(0));
      await expect(again).resolves.toMatchObject({ headSeq: 0 });
    });

    it('leaves, hears no more, and misses nothing on return', async () => {
      const rig = open();
      await rig.answer('join_consultation', joined(0));
      rig.channel.leave();
      await rig.answer('leave_consultation', { ok: true });
      rig.heard('new_message', message(1));
      expect(rig.seen).toEqual([]);
      void rig.channel.join();
      await rig.answer('join_consultation', joined(1, { messages: [message(1)] }));
      expect(rig.seen).toEqual([1]);
    });
  });

  describe('sending', () => {
    const stored = (seq: number) =>
      ({ ok: true, messageId: `m-${seq}`, seq, sentAt: '2026-03-02T10:00:00.000Z' }) as const;
    const contents = (rig: ReturnType<typeof open>) =>
      rig.pending('send_message').map(({ payload }) => (payload as { content: string }).content);

    it('has several on the wire, up to its window', async () => {
      const rig = open();
      for (const text of ['a', 'b', 'c', 'd']) void rig.channel.send(text);
      expect(contents(rig)).toEqual(['a', 'b', 'c']);
      await rig.answer('send_message', stored(1));
      expect(contents(rig)).toEqual(['b', 'c', 'd']);
    });

    it('sends all without an answer again after a loss, oldest first, under the same ids', async () => {
      const rig = open();
      for (const text of ['a', 'b']) void rig.channel.send(text);
      const before = rig.pending('send_message').map(({ payload }) => payload);
      await rig.fall();
      void rig.channel.send('c');
      expect(rig.channel.outbox.map(({ progress }) => progress.state)).toEqual([
        'waiting',
        'waiting',
        'waiting',
      ]);
      await rig.rise();
      expect(
        rig
          .pending('send_message')
          .map(({ payload }) => payload)
          .slice(0, 2),
      ).toEqual(before);
      expect(contents(rig)).toEqual(['a', 'b', 'c']);
    });

    it('waits as long as the server asks, for all that is on the wire, and goes on one at a time', async () => {
      const rig = open();
      for (const text of ['a', 'b', 'c', 'd']) void rig.channel.send(text);
      await rig.answer('send_message', no('rate.limited', { retryAfterMs: 2_000 }));
      await rig.answer('send_message', stored(1));
      expect(contents(rig)).toEqual(['c']);
      await rig.answer('send_message', no('server.overloaded', { retryAfterMs: 500 }));
      await rig.environment.advance(1_999);
      expect(contents(rig)).toEqual([]);
      await rig.environment.advance(2_000);
      expect(contents(rig)).toEqual(['a']);
      await rig.answer('send_message', stored(2));
      expect(contents(rig)).toEqual(['c', 'd']);
    });

    it('gives up on a definite refusal only, and goes on with the next', async () => {
      const rig = open({ maxInFlight: 1 });
      const refused = rig.channel.send('a');
      const through = rig.channel.send('b');
      await rig.answer(
        'send_message',
        no('doctor.unavailable', { nextOpeningAt: '2026-03-05T08:00:00.000Z' }),
      );
      await expect(refused).rejects.toMatchObject({
        code: 'doctor.unavailable',
        refusal: { nextOpeningAt: '2026-03-05T08:00:00.000Z' },
      });
      expect(rig.channel.doctor).toMatchObject({
        state: 'closed',
        nextOpeningAt: '2026-03-05T08:00:00.000Z',
      });
      await rig.answer('send_message', stored(1));
      await expect(through).resolves.toMatchObject({ seq: 1 });
    });

    it('takes its own message, seen in the room, for the answer that was lost', async () => {
      const rig = open();
      const promise = rig.channel.send('  hello ');
      const [{ clientMessageId } = { clientMessageId: '' }] = rig.channel.outbox;
      rig.heard('new_message', message(1, { clientMessageId, content: 'hello', sender: 'doctor' }));
      rig.heard('new_message', message(1, { clientMessageId, content: 'something else' }));
      expect(rig.channel.outbox).toHaveLength(1);
      rig.heard('new_message', message(1, { clientMessageId, content: 'hello' }));
      await expect(promise).resolves.toEqual({ messageId: 'm-1', seq: 1, sentAt: message(1).sentAt });
      await rig.answer('send_message', stored(1));
    });

    it.each([
      ['stored', stored(1)],
      ['refused', no('message.id_conflict')],
    ])('does not take a late answer, %s, for that of another text under the same id', async (_name, late) => {
      const rig = open();
      const first = rig.channel.send('hello', { clientMessageId: 'a' });
      rig.heard('new_message', message(1, { clientMessageId: 'a', content: 'hello' }));
      await expect(first).resolves.toMatchObject({ seq: 1 });
      const second = rig.channel.send('bye', { clientMessageId: 'a' });
      await rig.answer('send_message', late);
      expect(rig.channel.outbox).toMatchObject([{ content: 'bye', progress: { state: 'sending' } }]);
      await rig.answer('send_message', stored(2));
      await expect(second).resolves.toMatchObject({ seq: 2 });
    });

    it('keeps the order of a listener that sends while it is told', async () => {
      const rig = open();
      let count = 0;
      rig.channel.onOutbox(({ progress }) => {
        if (progress.state !== 'sending' || count > 1) return;
        count += 1;
        void rig.channel.send(`echo ${count}`);
      });
      void rig.channel.send('a');
      expect(contents(rig)).toEqual(['a', 'echo 1', 'echo 2']);
    });

    it.each([
      ['without saying who speaks', { sender: null }, 'hello', undefined],
      ['a text that would cut the connection', {}, 'x'.repeat(10_001), undefined],
      ['an empty id', {}, 'hello', ''],
      ['an id beyond 64 characters', {}, 'hello', 'x'.repeat(65)],
    ])('refuses %s at once', async (_what, change, content, clientMessageId) => {
      const rig = open(change);
      const options = clientMessageId === undefined ? {} : { clientMessageId };
      await expect(rig.channel.send(content, options)).rejects.toMatchObject({ code: 'request.invalid' });
      expect(rig.pending('send_message')).toEqual([]);
    });
  });

  describe('reading marks', () => {
    it('tells the highest of a while, never more than was given out, until the server has it', async () => {
      const rig = open();
      await rig.answer('join_consultation', joined(3, { messages: [1, 2, 3].map((seq) => message(seq)) }));
      rig.channel.markRead(1);
      rig.channel.markRead(99);
      rig.channel.markRead(2);
      await rig.environment.advance(READ_MARK_DELAY_MS);
      expect(await rig.answer('mark_read', no('server.error'))).toEqual({
        consultationId,
        seq: 3,
        sender: 'user',
      });
      await rig.environment.advance(1_000);
      await rig.fall();
      await rig.rise();
      expect(rig.pending('mark_read')).toHaveLength(1);
      await rig.answer('mark_read', { ok: true });
      rig.channel.markRead();
      await rig.environment.advance(60_000);
      expect(rig.pending('mark_read')).toHaveLength(0);
    });

    it('are told as they move, never back', async () => {
      const rig = open();
      const marks: unknown[] = [];
      rig.channel.onRead((readSeq) => void marks.push(readSeq));
      await rig.answer('join_consultation', joined(0));
      const read = { consultationId, userId: 'd', at: '2026-03-02T10:00:00.000Z', reader: 'doctor' } as const;
      for (const seq of [2, 1, 2, 3]) rig.heard('messages_read', { ...read, seq });
      expect(marks).toEqual([
        { user: 0, doctor: 2 },
        { user: 0, doctor: 3 },
      ]);
    });

    it('of a refused mark are a problem, not an endless repeat', async () => {
      const rig = open();
      await rig.answer('join_consultation', joined(1, { messages: [message(1)] }));
      rig.channel.markRead();
      await rig.environment.advance(READ_MARK_DELAY_MS);
      await rig.answer('mark_read', no('consultation.forbidden'));
      expect(rig.problems).toMatchObject([{ code: 'consultation.forbidden' }]);
      await rig.environment.advance(60_000);
      expect(rig.pending('mark_read')).toHaveLength(0);
    });
  });

  describe('a mark of somebody who leaves', () => {
    it.each([
      ['a moment later', 0],
      ['while an earlier one is on its way', READ_MARK_DELAY_MS],
    ])('is told, also %s', async (_when, waitedMs) => {
      const rig = open();
      await rig.answer('join_consultation', joined(2, { messages: [1, 2].map((seq) => message(seq)) }));
      rig.channel.markRead(1);
      await rig.environment.advance(waitedMs);
      rig.channel.markRead(2);
      rig.channel.close();
      expect(rig.pending('mark_read').at(-1)?.payload).toEqual({ consultationId, seq: 2, sender: 'user' });
      expect(rig.environment.timers()).toBe(0);
    });

    it('is not told twice', async () => {
      const rig = open();
      await rig.answer('join_consultation', joined(1, { messages: [message(1)] }));
      rig.channel.markRead();
      await rig.environment.advance(READ_MARK_DELAY_MS);
      await rig.answer('mark_read', { ok: true });
      rig.channel.close();
      expect(rig.pending('mark_read')).toEqual([]);
    });
  });

  describe('typing', () => {
    const typingOf = (rig: ReturnType<typeof open>) =>
      rig.pending('typing').map(({ payload }) => (payload as { isTyping: boolean }).isTyping);

    it('is told at once, then now and then, and when it has ended by itself', async () => {
      const rig = open();
      rig.channel.typing(true);
      expect(typingOf(rig)).toEqual([]);
      await rig.answer('join_consultation', joined(0));
      for (let ms = 0; ms < TYPING_REPEAT_MS + 200; ms += 100) {
        rig.channel.typing(true);
        await rig.environment.advance(100);
      }
      expect(typingOf(rig)).toEqual([true, true]);
      await rig.environment.advance(TYPING_IDLE_MS);
      expect(typingOf(rig)).toEqual([true, true, false]);
    });

    it('ends with the message', async () => {
      const rig = open();
      await rig.answer('join_consultation', joined(0));
      rig.channel.typing(true);
      void rig.channel.send('done');
      rig.channel.typing(false);
      expect(typingOf(rig)).toEqual([true, false]);
    });

    it('of others ends when they say so, send, leave, or are not heard of again', async () => {
      const rig = open();
      await rig.answer('join_consultation', joined(0));
      const lists: number[] = [];
      rig.channel.onTyping((typists) => void lists.push(typists.length));
      const typing = (isTyping: boolean) =>
        rig.heard('typing', { consultationId, userId: 'd', sender: 'doctor', isTyping });
      typing(true);
      typing(true);
      typing(false);
      typing(true);
      rig.heard('new_message', message(1, { sender: 'doctor' }));
      typing(true);
      rig.heard('user_left', {
        consultationId,
        userId: 'd',
        sender: 'doctor',
        at: '2026-03-02T10:00:00.000Z',
      });
      typing(true);
      await rig.environment.advance(TYPING_EXPIRY_MS);
      typing(true);
      await rig.fall();
      expect(lists).toEqual([1, 0, 1, 0, 1, 0, 1, 0, 1, 0]);
    });
  });

  it('says who is present, and whether the doctor is', async () => {
    const rig = open();
    const told: string[] = [];
    rig.channel.onPresence(
      (present, change) => void told.push(`${present.map(({ userId }) => userId)} ${change?.change}`),
    );
    rig.channel.onDoctor(({ state }) => void told.push(state));
    await rig.answer('join_consultation', joined(0, { present: [{ userId: 'p', sender: 'user' }] }));
    const doctor = { consultationId, userId: 'd', sender: 'doctor', at: '2026-03-02T10:00:00.000Z' } as const;
    rig.heard('user_joined', doctor);
    rig.heard('user_joined', doctor);
    rig.heard('user_left', doctor);
    rig.heard('doctor_away', {
      consultationId,
      doctorId: 'd',
      message: 'Doctor is no longer available',
      nextOpeningAt: null,
    });
    rig.heard('doctor_ready', { consultationId, doctorId: 'd', message: 'Doctor is now available' });
    expect(told).toEqual(['open', 'p undefined', 'p,d joined', 'p,d joined', 'p left', 'closed', 'open']);
    // What the answer to the join told of the schedule still holds.
    expect(rig.channel.doctor).toMatchObject({ state: 'open', confirmedEveryMs: 45_000, timeZone: 'UTC' });
  });

  describe('where a patient, a doctor and an administrator share an id', () => {
    const shared = (sender: Sender | null) => ({ userId: 'one-id', sender });
    const everybody = [shared('user'), shared('doctor'), shared(null)];
    const presence = (sender: Sender | null) => ({ consultationId, at: SOME_TIME, ...shared(sender) });
    const typing = (sender: Sender | null, isTyping: boolean) => ({
      consultationId,
      isTyping,
      ...shared(sender),
    });

    it.each(everybody)('only $sender goes who leaves', async ({ sender }) => {
      const rig = open();
      await rig.answer('join_consultation', joined(0, { present: everybody }));
      rig.heard('user_left', presence(sender));
      expect(rig.channel.present).toEqual(everybody.filter((person) => person.sender !== sender));
      for (const person of everybody) rig.heard('user_left', presence(person.sender));
      expect(rig.channel.present).toEqual([]);
    });

    it('each of them comes, once', async () => {
      const rig = open();
      await rig.answer('join_consultation', joined(0));
      for (const { sender } of [...everybody, ...everybody]) rig.heard('user_joined', presence(sender));
      expect(rig.channel.present).toEqual(everybody);
    });

    it.each(everybody)('only the typing of $sender ends who stops, or leaves', async ({ sender }) => {
      const rig = open();
      await rig.answer('join_consultation', joined(0));
      const others = everybody.filter((person) => person.sender !== sender);
      for (const person of everybody) rig.heard('typing', typing(person.sender, true));
      expect(rig.channel.typists).toEqual(everybody);
      rig.heard('typing', typing(sender, false));
      expect(rig.channel.typists).toEqual(others);
      rig.heard('typing', typing(sender, true));
      rig.heard('user_left', presence(sender));
      expect(rig.channel.typists).toEqual(others);
    });

    it('what one of them goes on typing keeps no other one typing', async () => {
      const rig = open();
      await rig.answer('join_consultation', joined(0));
      for (const person of everybody) rig.heard('typing', typing(person.sender, true));
      await rig.environment.advance(TYPING_EXPIRY_MS - 1);
      rig.heard('typing', typing('doctor', true));
      await rig.environment.advance(1);
      expect(rig.channel.typists).toEqual([shared('doctor')]);
    });
  });

  it('asks for history until it gets it', async () => {
    const rig = open();
    const page = rig.channel.history({ before: 9, limit: 2 });
    await rig.fall();
    await rig.rise();
    expect(await rig.answer('get_messages', no('server.error'))).toEqual({
      consultationId,
      before: 9,
      limit: 2,
    });
    await rig.environment.advance(1_000);
    const answer = { messages: [message(7), message(8)], headSeq: 9, hasMore: true };
    await rig.answer('get_messages', { ok: true, ...answer });
    await expect(page).resolves.toEqual(answer);
    const refused = rig.channel.history({ limit: 0 }).catch((error: unknown) => error);
    await rig.answer('get_messages', no('request.invalid', { field: 'limit' }));
    expect(await refused).toMatchObject({ code: 'request.invalid' });
  });

  it('survives listeners that throw, and tells the others all the same', async () => {
    const rig = open();
    const failure = new Error('not mine');
    const seen: number[] = [];
    rig.channel.onState(() => {
      throw failure;
    });
    rig.channel.onMessage(() => {
      throw failure;
    });
    rig.channel.onMessage(({ seq }) => void seen.push(seq));
    await rig.answer('join_consultation', joined(1, { messages: [message(1)] }));
    expect(seen).toEqual([1]);
    expect(rig.problems).toEqual([failure, failure, failure]);
  });

  it('leaves no timer, no promise and no listener behind', async () => {
    const rig = open();
    const told: unknown[] = [];
    rig.channel.onState(({ state }) => void told.push(state));
    await rig.answer('join_consultation', joined(1, { messages: [message(1)] }));
    rig.channel.typing(true);
    rig.heard('typing', { consultationId, userId: 'd', sender: 'doctor', isTyping: true });
    rig.channel.markRead();
    const outcomes = [rig.channel.send('a'), rig.channel.history()].map((one) =>
      one.catch((error: unknown) => error),
    );
    await rig.answer('send_message', no('server.error'));
    rig.channel.close();
    expect(await Promise.all(outcomes)).toMatchObject([{ code: 'client.closed' }, { code: 'client.closed' }]);
    await expect(rig.channel.send('b')).rejects.toMatchObject({ code: 'client.closed' });
    await expect(rig.channel.join()).rejects.toMatchObject({ code: 'client.closed' });
    await expect(rig.channel.history()).rejects.toMatchObject({ code: 'client.closed' });
    rig.channel.typing(true);
    rig.channel.markRead();
    rig.heard('new_message', message(2));
    expect(rig.environment.timers()).toBe(0);
    expect(told).toEqual(['catching_up', 'live', 'left', 'closed']);
  });
});
