import { describe, expect, test } from 'vitest';
import type { Caller } from '../../../src/application/ports/identity.js';
import type { Session } from '../../../src/application/sessions/sessions.js';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../src/domain/instant.js';
import { openConsultation, tomorrow } from '../../support/clinic.js';
import { openMemoryApplication } from '../../support/memory-application.js';

const PATIENT: Caller = { role: 'patient', id: 'patient-1' };
const DOCTOR: Caller = { role: 'doctor', id: 'doctor-1' };
const consultationId = 'consultation-1';
const JOIN = { consultationId, sender: null, after: 0 } as const;

async function openClinic(options: Parameters<typeof openMemoryApplication>[0] = {}) {
  const chat = openMemoryApplication({ isOpen: false, ...options });
  const { application, time } = chat;
  await openConsultation(application, { expiresAt: tomorrow(time.clock.now()) });
  const until = (ms: number) => time.clock.now() + ms;
  return {
    ...chat,
    until,
    /** A connection of the caller whose sign-in lasts that long. */
    enter: (connectionId: string, caller: Caller, ms: number | null = null) =>
      chat.connect(connectionId, { caller, expiresAt: ms === null ? null : until(ms) }),
    signIn: (session: Session, caller: Caller, ms: number | null = null) => {
      const token = chat.authenticator.issue(caller, ms === null ? null : until(ms));
      return session.authenticate({ channel: 'socket', token, headers: {} });
    },
  };
}

const say = (session: Session, content: string, sender: 'user' | 'doctor' = 'user') =>
  session.send({ consultationId, sender, content, clientMessageId: null });

describe('a connection that has not said who it is', () => {
  test('may ask for nothing but to sign in', async () => {
    const { connect } = await openClinic();
    const session = connect('c', null);
    const required = { outcome: 'refused', code: 'auth.required' };
    expect(await session.join(JOIN)).toEqual(required);
    expect(session.leave(consultationId)).toEqual(required);
    expect(await say(session, 'hello')).toEqual(required);
    expect(await session.getMessages({ consultationId, from: null, limit: 1 })).toEqual(required);
    expect(await session.markRead({ consultationId, seq: 0, sender: null })).toEqual(required);
    expect(await session.setTyping({ consultationId, isTyping: true })).toEqual(required);
  });

  test('is closed after a while, and told why', async () => {
    const { connect, broadcaster, time } = await openClinic();
    connect('c', null);
    await time.advance(9 * SECOND_MS);
    expect(broadcaster.inbox('c')).toEqual([]);
    await time.advance(2 * SECOND_MS);
    expect(broadcaster.take('c')).toEqual([
      { type: 'refused', refusal: { outcome: 'refused', code: 'auth.required' } },
    ]);
    broadcaster.notify('c', { type: 'doctor_ready', consultationId, doctorId: 'doctor-1' });
    expect(broadcaster.inbox('c')).toEqual([]);
  });

  test('may sign in late, and what it sends right behind waits for that', async () => {
    const { connect, signIn, broadcaster, time } = await openClinic();
    const session = connect('c', null);
    const signedIn = signIn(session, PATIENT);
    const joined = session.join(JOIN);
    const sent = say(session, 'first');
    expect(await signedIn).toMatchObject({ outcome: 'signed_in' });
    expect(await joined).toMatchObject({ outcome: 'joined' });
    expect(await sent).toMatchObject({ outcome: 'accepted' });
    await time.advance(HOUR_MS);
    expect(broadcaster.inbox('c').filter(({ type }) => type === 'refused')).toEqual([]);
  });
});

describe('a connection that asks for no consultation', () => {
  test('is closed after a while; one that has asked once is not', async () => {
    const { enter, broadcaster, time } = await openClinic();
    enter('idle', PATIENT);
    const probing = enter('probing', PATIENT);
    await probing.join({ ...JOIN, consultationId: 'nowhere' });
    const used = enter('used', PATIENT);
    await used.join(JOIN);
    used.leave(consultationId);
    await say(enter('sending', PATIENT), 'hello');
    await time.advance(2 * MINUTE_MS);
    const idle = { type: 'refused', refusal: { outcome: 'refused', code: 'connection.idle' } };
    expect(broadcaster.inbox('idle')).toEqual([idle]);
    expect(broadcaster.inbox('probing')).toEqual([idle]);
    expect(broadcaster.inbox('used')).not.toContainEqual(idle);
    expect(broadcaster.inbox('sending')).not.toContainEqual(idle);
  });
});

describe('a sign-in that expires', () => {
  test('ends the connection on time: it is told, has left, and hears nothing more', async () => {
    const { enter, broadcaster, time } = await openClinic();
    const doctor = enter('doctor', DOCTOR);
    await doctor.join(JOIN);
    const session = enter('patient', PATIENT, 10 * SECOND_MS);
    await session.join(JOIN);
    await time.advance(10 * SECOND_MS);
    expect(broadcaster.take('patient').at(-1)).toEqual({
      type: 'refused',
      refusal: { outcome: 'refused', code: 'auth.expired' },
    });
    expect(broadcaster.inbox('doctor').at(-1)).toMatchObject({ type: 'user_left', userId: 'patient-1' });
    expect(broadcaster.admitted(consultationId)).toEqual(['doctor']);
    await say(doctor, 'are you there?', 'doctor');
    expect(broadcaster.inbox('patient')).toEqual([]);
  });

  test('refuses from that moment on, even before the connection is ended', async () => {
    const { enter, time } = await openClinic();
    const session = enter('patient', PATIENT, 10 * SECOND_MS);
    await session.join(JOIN);
    // The clock was set forward: the timer does not know yet.
    time.stepClock(10 * SECOND_MS);
    const expired = { outcome: 'refused', code: 'auth.expired' };
    expect(await say(session, 'too late')).toEqual(expired);
    expect(await session.join(JOIN)).toEqual(expired);
    expect(await session.getMessages({ consultationId, from: null, limit: 1 })).toEqual(expired);
  });

  test('is not revived: what was refused must not be overtaken by what comes behind it', async () => {
    const { enter, signIn, time } = await openClinic();
    const session = enter('patient', PATIENT, 10 * SECOND_MS);
    await session.join(JOIN);
    time.stepClock(10 * SECOND_MS);
    const expired = { outcome: 'refused', code: 'auth.expired' };
    expect(await say(session, 'first')).toEqual(expired);
    expect(await signIn(session, PATIENT, HOUR_MS)).toEqual(expired);
    expect(await say(session, 'second')).toEqual(expired);
  });

  test('goes on with a fresh token, without leaving', async () => {
    const { enter, signIn, broadcaster, time } = await openClinic();
    const doctor = enter('doctor', DOCTOR);
    await doctor.join(JOIN);
    const session = enter('patient', PATIENT, 10 * SECOND_MS);
    await session.join(JOIN);
    broadcaster.take('doctor');
    await time.advance(9 * SECOND_MS);
    expect(await signIn(session, PATIENT, HOUR_MS)).toMatchObject({ outcome: 'signed_in' });
    await time.advance(MINUTE_MS);
    expect(await say(session, 'still here')).toMatchObject({ outcome: 'accepted' });
    expect(broadcaster.take('doctor').map(({ type }) => type)).not.toContain('user_left');
    await time.advance(HOUR_MS);
    expect(broadcaster.inbox('doctor').map(({ type }) => type)).toContain('user_left');
  });

  test('stays as it is where the fresh token proves nothing', async () => {
    const { enter, authenticator, until, broadcaster, time } = await openClinic();
    const session = enter('patient', PATIENT, 10 * SECOND_MS);
    await session.join(JOIN);
    const stale = authenticator.issue(PATIENT, until(-SECOND_MS));
    const show = (token: string | null) => session.authenticate({ channel: 'socket', token, headers: {} });
    expect(await show('made up')).toMatchObject({ code: 'auth.invalid' });
    expect(await show(stale)).toMatchObject({ code: 'auth.expired' });
    expect(await show(null)).toMatchObject({ code: 'auth.required' });
    expect(await say(session, 'still me')).toMatchObject({ outcome: 'accepted' });
    await time.advance(10 * SECOND_MS);
    expect(broadcaster.inbox('patient').at(-1)).toMatchObject({ refusal: { code: 'auth.expired' } });
  });
});

describe("another person's token", () => {
  test('takes the connection out of every consultation at once', async () => {
    const { enter, signIn, broadcaster } = await openClinic();
    const doctor = enter('doctor', DOCTOR);
    await doctor.join(JOIN);
    const session = enter('shared', PATIENT);
    await session.join(JOIN);
    await session.setTyping({ consultationId, isTyping: true });
    await signIn(session, { role: 'patient', id: 'patient-2' });
    expect(broadcaster.inbox('doctor').slice(-2)).toMatchObject([
      { type: 'typing', isTyping: false },
      { type: 'user_left', userId: 'patient-1' },
    ]);
    broadcaster.take('shared');
    await say(doctor, 'in private', 'doctor');
    expect(broadcaster.inbox('shared')).toEqual([]);
    expect(await session.getMessages({ consultationId, from: null, limit: 1 })).toMatchObject({
      code: 'consultation.not_found',
    });
  });

  test.each(['join', 'getMessages'] as const)('waits for a %s that is under way', async (method) => {
    let arrive = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const { enter, signIn, broadcaster } = await openClinic({
      decorate: ({ accessLog }) => ({
        accessLog: {
          ...accessLog,
          record: async (access) => {
            begin();
            await gate;
            return accessLog.record(access);
          },
        },
      }),
    });
    const session = enter('shared', PATIENT);
    const ends: string[] = [];
    const shown =
      method === 'join' ? session.join(JOIN) : session.getMessages({ consultationId, from: null, limit: 1 });
    const reading = shown.then(({ outcome }) => ends.push(outcome));
    await begun;
    const signedIn = signIn(session, { role: 'patient', id: 'patient-2' }).then(({ outcome }) =>
      ends.push(outcome),
    );
    // As long as nothing is shown, it is still the one who has asked.
    for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
    expect(ends).toEqual([]);
    arrive();
    await Promise.all([reading, signedIn]);
    expect(ends).toEqual([method === 'join' ? 'joined' : 'page', 'signed_in']);
    expect(broadcaster.admitted(consultationId)).toEqual([]);
  });
});

describe('a connection that is gone', () => {
  test('is not signed in again by an answer that comes late, and its deadlines are forgotten', async () => {
    let answer = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const clinic = await openClinic({
      decorate: ({ authenticator }) => ({
        authenticator: {
          authenticate: async (credentials) => {
            await gate;
            return authenticator.authenticate(credentials);
          },
        },
      }),
    });
    const { connect, disconnect, signIn, broadcaster, time } = clinic;
    const session = connect('c', null);
    const signedIn = signIn(session, PATIENT);
    const joined = session.join(JOIN);
    disconnect('c');
    answer();
    expect(await signedIn).toMatchObject({ code: 'auth.required' });
    expect(await joined).toMatchObject({ code: 'auth.required' });
    await time.advance(HOUR_MS);
    expect(broadcaster.inbox('c')).toEqual([]);
    expect(broadcaster.admitted(consultationId)).toEqual([]);
  });

  test('whose authenticator fails is no worse off than before', async () => {
    const clinic = await openClinic({
      decorate: () => ({
        authenticator: { authenticate: () => Promise.reject(new Error('keys cannot be fetched')) },
      }),
    });
    const session = clinic.enter('c', PATIENT);
    await expect(clinic.signIn(session, DOCTOR)).rejects.toThrow('keys cannot be fetched');
    expect(await say(session, 'still me')).toMatchObject({ outcome: 'accepted' });
  });
});

describe('sign-ins that end at the same moment', () => {
  test('hear nothing more, neither what is said nor of each other, while they wait to be told', async () => {
    const PATIENTS_DEVICES = 90;
    let whenTheFirstIsTold: () => void = () => {};
    const clinic = await openClinic({
      decorate: ({ broadcaster }) => ({
        broadcaster: {
          ...broadcaster,
          notify: (connectionId, notification) => {
            if (notification.type === 'refused') whenTheFirstIsTold();
            broadcaster.notify(connectionId, notification);
          },
        },
      }),
    });
    const { enter, broadcaster, time } = clinic;
    const devices = Array.from({ length: PATIENTS_DEVICES }, (_, n) => `device-${n}`);
    for (const device of devices) await enter(device, PATIENT, MINUTE_MS).join(JOIN);
    await enter('ending-doctor', DOCTOR, MINUTE_MS).join(JOIN);
    await enter('doctor', DOCTOR).join(JOIN);
    for (const connection of [...devices, 'ending-doctor', 'doctor']) broadcaster.take(connection);
    whenTheFirstIsTold = () => {
      whenTheFirstIsTold = () => {};
      const said = { type: 'doctor_ready', consultationId, doctorId: 'doctor-1' } as const;
      clinic.ports.broadcaster.publish(consultationId, said);
    };

    await time.advance(MINUTE_MS);

    const refusal = { outcome: 'refused', code: 'auth.expired' };
    for (const connection of [...devices, 'ending-doctor']) {
      expect(broadcaster.inbox(connection)).toEqual([{ type: 'refused', refusal }]);
    }
    const heard = broadcaster.inbox('doctor').map(({ type }) => type);
    expect(heard).toEqual(['doctor_ready', 'user_left']);
  });
});
