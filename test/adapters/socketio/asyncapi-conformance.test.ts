import { afterEach, describe, expect, it } from 'vitest';
import { CLIENT_EVENTS } from '../../../src/adapters/socketio/events/client-events.js';
import { SERVER_EVENTS } from '../../../src/adapters/socketio/notifications/server-events.js';
import { ERROR_CODES } from '../../../src/adapters/socketio/shapes/wire-error.js';
import { refuse } from '../../../src/application/answers/refusal.js';
import type { ErrorCode } from '../../../src/protocol/wire.js';
import { daily, openConsultation } from '../../support/clinic.js';
import { ask, type ChatHarness, type ChatHarnessOptions, next, openChat, roundTrip } from './chat-harness.js';
import { complaintsAboutConnectError, complaintsAboutEvent, type Watched, watch } from './conformance.js';

const HOUR_MS = 3_600_000;
const sorted = (names: Iterable<string>): readonly string[] => [...names].sort();

let chat: ChatHarness | undefined;

afterEach(() => chat?.close());

/** Monday, ten in the morning; the doctor is there from nine to five, the consultation for two days. */
async function open(options: ChatHarnessOptions = {}): Promise<ChatHarness> {
  chat = await openChat(options);
  const expiresAt = chat.time.clock.now() + 48 * HOUR_MS;
  await openConsultation(chat.application, { windows: daily('09:00', '17:00'), expiresAt });
  return chat;
}

const CONSULTATION = 'consultation-1';
const join = (sender: 'user' | 'doctor') => ({ consultationId: CONSULTATION, sender });
const message = (content: string) => ({ consultationId: CONSULTATION, sender: 'user', content });

describe('whatever goes over a socket is described', () => {
  it('every event and every answer of a conversation', async () => {
    const { connect, application, authenticator, time } = await open();
    const patient = watch(await connect());
    const doctor = watch(await connect({ auth: { sender: 'doctor' } }));
    const stranger = watch(await connect());
    const answered = new Set<string>();
    const succeed = async (who: Watched, event: string, payload: unknown): Promise<void> => {
      expect(await who.ask(event, payload)).toMatchObject({ ok: true });
      answered.add(event);
    };

    await succeed(patient, 'authenticate', { token: authenticator.issue({ role: 'anyone' }) });
    await succeed(doctor, 'watch_inbox', { sort: 'activity', sender: 'doctor', userId: 'doctor-1' });
    await succeed(patient, 'join_consultation', { ...join('user'), after: 0 });
    await succeed(doctor, 'join_consultation', CONSULTATION);
    await succeed(stranger, 'join_consultation', CONSULTATION);
    await succeed(patient, 'typing', { consultationId: CONSULTATION, isTyping: true });
    const named = { ...message('Good morning'), clientMessageId: 'a\u{1F44B}b' };
    await succeed(patient, 'send_message', named);
    await succeed(patient, 'send_message', named);
    await succeed(patient, 'send_message', message('It hurts here'));
    await succeed(doctor, 'mark_read', { consultationId: CONSULTATION, seq: 2 });
    await succeed(doctor, 'get_messages', { consultationId: CONSULTATION, before: 3, limit: 1 });
    await succeed(doctor, 'join_consultation', { consultationId: CONSULTATION, after: 0 });
    await succeed(stranger, 'leave_consultation', CONSULTATION);
    await application.jobs.announceHeads();
    await application.jobs.announceAvailability();

    await time.advance(8 * HOUR_MS);
    expect(await patient.ask('send_message', { ...message('late'), clientMessageId: 'a-9' })).toMatchObject({
      error: { code: 'doctor.unavailable', nextOpeningAt: '2026-03-03T09:00:00.000Z' },
    });
    patient.socket.emit('send_message', message('late, without a callback'));
    patient.socket.emit('no_such_event', {});
    await patient.ask('no_such_event', {});
    await succeed(doctor, 'extend_consultation', { consultationId: CONSULTATION, durationMinutes: 47 * 60 });
    await time.advance(48 * HOUR_MS);
    await application.jobs.expireConsultations();
    await openConsultation(application, { consultationId: 'c-2', expiresAt: time.clock.now() + HOUR_MS });
    await succeed(doctor, 'end_consultation', 'c-2');
    await succeed(doctor, 'unwatch_inbox', {});
    const clients = [patient, doctor, stranger];
    await Promise.all(clients.map(({ socket }) => roundTrip(socket)));

    expect(clients.flatMap(({ complaints }) => complaints)).toEqual([]);
    expect(sorted(answered)).toEqual(sorted(Object.keys(CLIENT_EVENTS)));
    expect(sorted(new Set(clients.flatMap(({ heard }) => [...heard])))).toEqual(
      sorted(Object.keys(SERVER_EVENTS)),
    );
  });

  const details: Partial<Record<ErrorCode, Parameters<typeof refuse>[1]>> = {
    'request.invalid': { field: 'content', reason: 'must not be empty' },
    'doctor.unavailable': { nextOpeningAt: null },
    'rate.limited': { retryAfterMs: 1_000 },
    'server.overloaded': { retryAfterMs: 1_000 },
  };

  it.each(Object.keys(ERROR_CODES) as ErrorCode[])('a refusal with %s, both ways', async (code) => {
    const refusal = refuse(code, details[code]);
    const { connect } = await open({ session: () => ({ send: async () => refusal }) });
    const client = watch(await connect());
    const payload = { ...message('Hello'), clientMessageId: 'a-1' };
    expect(await client.ask('send_message', payload)).toMatchObject({ ok: false, error: { code } });
    const told = next(client.socket, 'error');
    client.socket.emit('send_message', payload);
    expect(await told).toMatchObject({ code, event: 'send_message' });
    expect(client.complaints).toEqual([]);
  });

  it('what a connection is told before it is closed', async () => {
    const { connect, authenticator, time } = await open({ memory: { isOpen: false } });
    const expiresAt = time.clock.now() + HOUR_MS;
    const token = authenticator.issue({ role: 'patient', id: 'patient-1' }, expiresAt);
    const expiring = watch(await connect({ auth: { token } }));
    const idle = watch(await connect({ auth: { token: authenticator.issue({ role: 'admin', id: 'a' }) } }));
    const nobody = watch(await connect());
    await expiring.ask('join_consultation', CONSULTATION);
    expect(await expiring.ask('authenticate', { token })).toMatchObject({
      ok: true,
      userId: 'patient-1',
      role: 'patient',
    });
    expect(await nobody.ask('join_consultation', CONSULTATION)).toMatchObject({
      error: { code: 'auth.required' },
    });
    const told = [expiring, idle, nobody].map(({ socket }) => next(socket, 'error'));
    await time.advance(HOUR_MS);
    const codes = (await Promise.all(told)).map(({ code }) => code);
    expect(codes).toEqual(['auth.expired', 'connection.idle', 'auth.required']);
    expect([expiring, idle, nobody].flatMap(({ complaints }) => complaints)).toEqual([]);
  });

  it('a handshake that is refused', async () => {
    const { connect } = await open();
    const refused: unknown = await connect({ auth: { token: 'forged' } }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Error);
    expect(complaintsAboutConnectError(refused as Error)).toEqual([]);
  });
});

describe('the description covers', () => {
  it('every event that a connection answers, and no other', async () => {
    const { connect } = await open();
    const socket = await connect();
    const isUnknown = async (event: string) => (await ask(socket, event)).error?.['field'] === 'event';
    for (const event of Object.keys(CLIENT_EVENTS)) expect(await isUnknown(event)).toBe(false);
    for (const event of ['unknown', 'sendMessage', 'toString', '__proto__']) {
      expect(await isUnknown(event)).toBe(true);
    }
  });
});

describe('a difference is noticed', () => {
  const head = { consultationId: CONSULTATION, seq: 1 };

  it.each([
    ['a field that is not described', 'consultation_head', { ...head, at: 'now' }],
    ['a field that is missing', 'consultation_head', { consultationId: CONSULTATION }],
    ['another type', 'consultation_head', { ...head, seq: '1' }],
    ['another sentence', 'doctor_ready', { consultationId: 'c', doctorId: 'd', message: 'Come in' }],
    ['an event that is not described', 'consultation_closed', head],
    ['a code that is not described', 'error', { code: 'made.up', message: '' }],
    ['a detail that belongs to another code', 'error', { code: 'server.error', message: '', field: 'x' }],
    ['a detail that is missing', 'error', { code: 'rate.limited', message: '' }],
  ])('%s', async (_, event, payload) => {
    const { connect, io } = await open({ describedOnly: false });
    const client = watch(await connect());
    // As if the server did so itself: the types of the contract would not let it.
    (io as { emit(event: string, payload: unknown): unknown }).emit(event, payload);
    await roundTrip(client.socket);
    expect(client.complaints).not.toEqual([]);
  });

  it('and a second payload', () => {
    expect(complaintsAboutEvent('consultation_head', [head, head])).not.toEqual([]);
    expect(complaintsAboutEvent('consultation_head', [head])).toEqual([]);
  });
});
