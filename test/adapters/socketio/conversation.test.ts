import type { Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADMIN, openConsultation, tomorrow } from '../../support/clinic.js';
import { ask, type ChatHarness, collect, next, openChat, roundTrip } from './chat-harness.js';

let chat: ChatHarness;

beforeEach(async () => {
  chat = await openChat();
  const expiresAt = tomorrow(chat.time.clock.now());
  await openConsultation(chat.application, { consultationId: 'c-1', patientId: 'p-1', expiresAt });
  await openConsultation(chat.application, { consultationId: 'c-2', patientId: 'p-2', expiresAt });
});

afterEach(() => chat.close());

async function joined(consultationId: string, sender?: 'user' | 'doctor'): Promise<Socket> {
  const socket = await chat.connect();
  const answer = await ask(socket, 'join_consultation', { consultationId, sender });
  expect(answer.ok).toBe(true);
  return socket;
}

const message = (content: string, sender = 'user', consultationId = 'c-1') => ({
  consultationId,
  sender,
  content,
});

describe('a client that knows only the wire contract', () => {
  it('joins, sends and hears itself, without a single callback', async () => {
    const socket = await chat.connect({ transports: ['polling', 'websocket'] });
    const ready = next(socket, 'doctor_ready');
    socket.emit('join_consultation', 'c-1');
    expect(await ready).toEqual({
      consultationId: 'c-1',
      doctorId: 'doctor-1',
      message: 'Doctor is now available',
    });
    const heard = next(socket, 'new_message');
    socket.emit('send_message', message('  Hello <b>doctor</b> 👋\nمرحبا  '));
    const received = await heard;
    expect(Object.keys(received)).toEqual([
      'messageId',
      'consultationId',
      'sender',
      'content',
      'sentAt',
      'user',
      'doctor',
      'seq',
    ]);
    expect(received).toMatchObject({
      consultationId: 'c-1',
      sender: 'user',
      content: 'Hello <b>doctor</b> 👋\nمرحبا',
      sentAt: '2026-03-02T10:00:00.000Z',
      user: { id: 'p-1', name: 'Mx p-1' },
      doctor: { id: 'doctor-1', name: 'Dr doctor-1' },
      seq: 1,
    });
  });

  it('works over long-polling alone', async () => {
    const socket = await chat.connect({ transports: ['polling'] });
    expect(await ask(socket, 'join_consultation', 'c-1')).toMatchObject({ ok: true });
    const heard = next(socket, 'new_message');
    expect(await ask(socket, 'send_message', message('by post'))).toMatchObject({ ok: true, seq: 1 });
    expect(await heard).toMatchObject({ content: 'by post' });
  });

  it('joins with an object and leaves with a string', async () => {
    const socket = await joined('c-1');
    expect(await ask(socket, 'leave_consultation', 'c-1')).toEqual({ ok: true, consultationId: 'c-1' });
    const messages = collect(socket, 'new_message');
    expect(await ask(socket, 'send_message', message('said from outside'))).toMatchObject({ ok: true });
    await roundTrip(socket);
    expect(messages).toEqual([]);
  });
});

describe('the answers', () => {
  it('of a join tells the consultation, the doctor and what came after', async () => {
    const socket = await joined('c-1');
    for (const content of ['one', 'two', 'three']) await ask(socket, 'send_message', message(content));
    const answer = await ask(socket, 'join_consultation', { consultationId: 'c-1', after: 1 });
    expect(answer).toMatchObject({
      ok: true,
      consultation: {
        consultationId: 'c-1',
        isActive: true,
        status: 'open',
        expiresAt: '2026-03-03T10:00:00.000Z',
        user: { id: 'p-1', name: 'Mx p-1' },
        doctor: { id: 'doctor-1', name: 'Dr doctor-1' },
      },
      doctor: { open: true },
      now: '2026-03-02T10:00:00.000Z',
      headSeq: 3,
      messages: [
        { seq: 2, content: 'two' },
        { seq: 3, content: 'three' },
      ],
    });
    expect(await ask(socket, 'join_consultation', 'c-1')).toMatchObject({ headSeq: 3, messages: [] });
  });

  it('of a join tells the time of the server, as it is when the answer is given', async () => {
    const socket = await joined('c-1');
    await chat.time.advance(90_000);
    expect(await ask(socket, 'join_consultation', 'c-1')).toMatchObject({ now: '2026-03-02T10:01:30.000Z' });
  });

  it('of a repeated send is the original one, and nobody hears it twice', async () => {
    const socket = await joined('c-1');
    const messages = collect(socket, 'new_message');
    const payload = { ...message('once'), clientMessageId: 'attempt ✓ 1' };
    const first = await ask(socket, 'send_message', payload);
    expect(first).toEqual({ ok: true, messageId: first['messageId'], seq: 1, sentAt: first['sentAt'] });
    expect(await ask(socket, 'send_message', payload)).toEqual({ ...first, duplicate: true });
    await roundTrip(socket);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({ clientMessageId: 'attempt ✓ 1' });
  });
});

describe('a room', () => {
  it('is heard by everybody in it and by nobody else', async () => {
    const inside = await Promise.all([joined('c-1', 'user'), joined('c-1', 'doctor'), joined('c-1')]);
    const outside = await joined('c-2');
    const heardInside = inside.map((socket) => collect(socket, 'new_message'));
    const heardOutside = collect(outside, 'new_message');
    await ask(inside[0], 'send_message', message('for c-1'));
    await ask(outside, 'send_message', message('for c-2', 'doctor', 'c-2'));
    await Promise.all([...inside, outside].map(roundTrip));
    for (const heard of heardInside) expect(heard.map(({ content }) => content)).toEqual(['for c-1']);
    expect(heardOutside.map(({ content }) => content)).toEqual(['for c-2']);
  });

  it('keeps the order in which messages were sent, for everybody', async () => {
    const sender = await joined('c-1', 'user');
    const listener = await joined('c-1', 'doctor');
    const heardBySender = collect(sender, 'new_message');
    const heardByListener = collect(listener, 'new_message');
    const contents = Array.from({ length: 200 }, (_, index) => `message ${index}`);
    const answers = await Promise.all(
      contents.map((content) => ask(sender, 'send_message', message(content))),
    );
    await roundTrip(listener);
    expect(answers.map((answer) => answer['seq'])).toEqual(contents.map((_, index) => index + 1));
    expect(heardBySender.map(({ content }) => content)).toEqual(contents);
    expect(heardByListener.map(({ content }) => content)).toEqual(contents);
  });

  it('tells the others who came and who left, under the name that they claim', async () => {
    const watcher = await joined('c-1');
    const comes = next(watcher, 'user_joined');
    const patient = await joined('c-1', 'user');
    expect(await comes).toEqual({
      consultationId: 'c-1',
      userId: 'p-1',
      sender: 'user',
      at: '2026-03-02T10:00:00.000Z',
    });
    const leaves = next(watcher, 'user_left');
    patient.emit('leave_consultation', { consultationId: 'c-1' });
    expect(await leaves).toMatchObject({ consultationId: 'c-1', userId: 'p-1', sender: 'user' });

    const comesAgain = next(watcher, 'user_joined');
    const doctor = await chat.connect({ auth: { sender: 'doctor' } });
    doctor.emit('join_consultation', 'c-1');
    expect(await comesAgain).toMatchObject({ userId: 'doctor-1', sender: 'doctor' });
  });

  it('calls a connection that has not said who it is by its own id, and tells of a lost one', async () => {
    const watcher = await joined('c-1');
    const comes = next(watcher, 'user_joined');
    const stranger = await joined('c-1');
    const { id } = stranger;
    expect(await comes).toMatchObject({ userId: id, sender: null });
    const leaves = next(watcher, 'user_left');
    stranger.io.engine.close();
    expect(await leaves).toMatchObject({ consultationId: 'c-1', userId: id, sender: null });
  });

  it('does not tell anybody of their own coming, nor twice of a second join', async () => {
    const watcher = await joined('c-1');
    const seenByWatcher = collect(watcher, 'user_joined');
    const socket = await chat.connect();
    const seenBySelf = collect(socket, 'user_joined');
    await ask(socket, 'join_consultation', 'c-1');
    await ask(socket, 'join_consultation', 'c-1');
    await roundTrip(watcher);
    expect(seenByWatcher).toHaveLength(1);
    expect(seenBySelf).toEqual([]);
  });

  it('applies joins and leaves of one connection in the order in which they were sent', async () => {
    const watcher = await joined('c-1');
    const socket = await chat.connect();
    const messages = collect(socket, 'new_message');
    socket.emit('join_consultation', 'c-1');
    await ask(socket, 'leave_consultation', 'c-1');
    await ask(watcher, 'send_message', message('too late'));
    await roundTrip(socket);
    expect(messages).toEqual([]);
  });
});

describe('reading and typing', () => {
  it('are told to those present, and pages go back through what was said', async () => {
    const patient = await joined('c-1', 'user');
    const doctor = await joined('c-1', 'doctor');
    for (const content of ['one', 'two', 'three']) await ask(patient, 'send_message', message(content));

    const read = next(patient, 'messages_read');
    expect(await ask(doctor, 'mark_read', { consultationId: 'c-1', seq: 2 })).toMatchObject({
      ok: true,
      seq: 2,
    });
    expect(await read).toMatchObject({ consultationId: 'c-1', reader: 'doctor', userId: 'doctor-1', seq: 2 });
    expect(await ask(doctor, 'mark_read', { consultationId: 'c-1', seq: 1 })).toMatchObject({
      ok: true,
      seq: 2,
    });

    const typing = next(patient, 'typing');
    const heardByTypist = collect(doctor, 'typing');
    expect(await ask(doctor, 'typing', { consultationId: 'c-1', isTyping: true })).toMatchObject({
      ok: true,
    });
    expect(await typing).toMatchObject({ userId: 'doctor-1', sender: 'doctor', isTyping: true });
    expect(heardByTypist).toEqual([]);

    const page = await ask(patient, 'get_messages', { consultationId: 'c-1', before: 3, limit: 1 });
    expect(page).toMatchObject({ ok: true, messages: [{ seq: 2 }], headSeq: 3, hasMore: true });
  });

  it('may follow a join without waiting for its answer', async () => {
    const watcher = await joined('c-1', 'doctor');
    const typing = next(watcher, 'typing');
    const socket = await chat.connect();
    socket.emit('join_consultation', { consultationId: 'c-1', sender: 'user' });
    socket.emit('typing', { consultationId: 'c-1', isTyping: true });
    expect(await typing).toMatchObject({ userId: 'p-1', isTyping: true });
  });
});

describe('what happens without a client asking', () => {
  it('a tick tells the rooms of open consultations', async () => {
    const socket = await joined('c-2');
    const ready = next(socket, 'doctor_ready');
    await chat.application.jobs.announceAvailability();
    expect(await ready).toMatchObject({ consultationId: 'c-2', doctorId: 'doctor-1' });
  });

  it('a change of the consultation reaches those who are present', async () => {
    const socket = await joined('c-1');
    const updated = next(socket, 'consultation_updated');
    await chat.application.administration.endConsultation(ADMIN, 'c-1');
    expect(await updated).toMatchObject({ consultationId: 'c-1', isActive: false, status: 'ended' });
  });
});
