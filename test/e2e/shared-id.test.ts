import type { Socket } from 'socket.io-client';
import { expect, test } from 'vitest';
import { openServers } from '../support/server-process.js';
import { signToken, TEST_SECRET } from '../support/tokens.js';
import { ask, collect, join, next, roundTrip, send } from './client.js';
import { demoDatabase } from './demo-database.js';

const servers = openServers();

/** A patient, a doctor and an administrator: three people, whatever they are called. */
const ID = 'one-id';
const CONSULTATION = 'consultation-of-one-id';
const ROUND_THE_CLOCK = [0, 1, 2, 3, 4, 5, 6].map((dayOfWeek) => ({
  dayOfWeek,
  startTime: '00:00',
  endTime: '23:59',
}));
const PATIENT = { userId: ID, sender: 'user' };
const DOCTOR = { userId: ID, sender: 'doctor' };
const NOBODY = { userId: ID, sender: null };

async function startClinic() {
  const env = { ...(await demoDatabase()), CHAT_JWT_SECRET: TEST_SECRET };
  // Of each person: one message at a time, and so on. What one of them uses up is not the other's.
  const limits = { RATE_LIMIT_MESSAGES_BURST: '1', RATE_LIMIT_MESSAGES_PER_MINUTE: '1' };
  const { url } = await servers.start({ env: { ...env, ...limits } });
  const admin = await signToken({ sub: ID, role: 'admin' });

  async function call(method: string, path: string, body?: unknown) {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as { items: Record<string, unknown>[] } };
  }
  const open = async (role: string): Promise<Socket> =>
    servers.connect(url, { auth: { token: await signToken({ sub: ID, role }) } });

  const people = [
    await call('POST', '/doctors', {
      id: ID,
      name: 'Dr One',
      timeZone: 'UTC',
      windows: ROUND_THE_CLOCK,
    }),
    await call('POST', '/patients', { id: ID, name: 'Mx One' }),
    await call('POST', '/consultations', {
      id: CONSULTATION,
      patientId: ID,
      doctorId: ID,
      durationMinutes: 60,
    }),
  ];
  expect(people.map(({ status }) => status)).toEqual([201, 201, 201]);
  return { call, patient: await open('patient'), doctor: await open('doctor'), admin: await open('admin') };
}

test('a patient, a doctor and an administrator who share an id are three people', async () => {
  const { call, patient, doctor, admin } = await startClinic();
  const heard = ['user_joined', 'user_left', 'typing', 'messages_read'].map(
    (event) => [event, collect(doctor, event)] as const,
  );
  const heardOf = (event: string) => heard.find(([name]) => name === event)?.[1] ?? [];

  await join(doctor, CONSULTATION);
  expect(await join(patient, CONSULTATION)).toMatchObject({ present: [DOCTOR, PATIENT] });
  expect(await join(admin, CONSULTATION)).toMatchObject({ present: [DOCTOR, PATIENT, NOBODY] });

  for (const speaker of [patient, doctor]) {
    const sender = speaker === patient ? 'user' : 'doctor';
    const arrived = next(doctor, 'new_message');
    // Both by one name, and the second behind a message that has used its author's rate up.
    const sent = await send(speaker, CONSULTATION, `from ${sender}`, { sender, clientMessageId: 'same' });
    expect(sent).toMatchObject({ ok: true });
    expect(await arrived).toMatchObject({ sender, content: `from ${sender}` });
    expect(await send(speaker, CONSULTATION, 'too much', { sender })).toMatchObject({
      error: { code: 'rate.limited' },
    });
  }

  await ask(patient, 'mark_read', { consultationId: CONSULTATION, seq: 2 });
  expect(await join(doctor, CONSULTATION)).toMatchObject({
    consultation: { readSeq: { user: 2, doctor: 0 } },
  });
  await ask(doctor, 'typing', { consultationId: CONSULTATION, isTyping: true });
  await ask(patient, 'typing', { consultationId: CONSULTATION, isTyping: true });
  await ask(patient, 'leave_consultation', CONSULTATION);
  await roundTrip(doctor);
  expect(heardOf('user_joined')).toMatchObject([PATIENT, NOBODY]);
  expect(heardOf('messages_read')).toMatchObject([{ reader: 'user', userId: ID, seq: 2 }]);
  expect(heardOf('typing').map(({ sender, isTyping }) => [sender, isTyping])).toEqual([
    ['user', true],
    ['user', false],
  ]);
  expect(heardOf('user_left')).toMatchObject([PATIENT]);
  expect(await join(admin, CONSULTATION)).toMatchObject({ present: [DOCTOR, NOBODY] });

  for (const kind of ['patient', 'doctor', 'admin']) {
    const { body } = await call('GET', `/access-log?personKind=${kind}&personId=${ID}`);
    expect(body.items.map(({ person }) => person)).toEqual(body.items.map(() => ({ kind, id: ID })));
    const actions = body.items.map(({ action }) => action);
    expect(actions).toContain('join');
    expect(actions.includes('MessageSent')).toBe(kind !== 'admin');
    expect(actions.includes('leave')).toBe(kind === 'patient');
  }
});
