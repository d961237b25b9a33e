import { DateTime } from 'luxon';
import { beforeAll, describe, expect, test } from 'vitest';
import { openServers, patiently, type ServerProcess } from '../support/server-process.js';
import { ask, collect, join, next, type Payload, roundTrip, send } from './client.js';

const servers = openServers();
let server: ServerProcess;

beforeAll(async () => {
  const env = { DATA_DIR: await servers.newDataDir(), DOCTOR_READY_INTERVAL_MS: '50' };
  server = await servers.start({ env });
});

const connect = () => servers.connect(server.url);

test('a patient and a doctor talk', async () => {
  const [patient, doctor] = await Promise.all([connect(), connect()]);
  const seenByPatient = collect(patient, 'new_message');
  const seenByDoctor = collect(doctor, 'new_message');
  const someoneCame = next(patient, 'user_joined');
  expect(await join(patient, 'consultation-123')).toMatchObject({
    ok: true,
    consultation: { consultationId: 'consultation-123', isActive: true, status: 'open' },
    doctor: { open: true },
    messages: [],
  });
  await ask(doctor, 'join_consultation', { consultationId: 'consultation-123', sender: 'doctor' });
  expect(await someoneCame).toMatchObject({ consultationId: 'consultation-123', sender: 'doctor' });

  const question = await send(patient, 'consultation-123', '  Is it <b>serious</b>? 🩺\n ');
  const reply = await send(doctor, 'consultation-123', 'No.', { sender: 'doctor', clientMessageId: 'r-1' });
  expect(question).toMatchObject({ ok: true });
  expect(Number(reply['seq'])).toBe(Number(question['seq']) + 1);
  await patiently(() => {
    expect(seenByPatient).toHaveLength(2);
    expect(seenByDoctor).toHaveLength(2);
  });
  expect(seenByDoctor).toEqual(seenByPatient);
  expect(seenByPatient[0]).toEqual({
    messageId: question['messageId'],
    consultationId: 'consultation-123',
    sender: 'user',
    content: 'Is it <b>serious</b>? 🩺',
    sentAt: question['sentAt'],
    user: { id: 'patient-1', name: 'Alex Morgan' },
    doctor: { id: 'doctor-1', name: 'Dr. Lena Fischer' },
    seq: question['seq'],
  });
  expect(seenByPatient[1]).toMatchObject({ content: 'No.', sender: 'doctor', clientMessageId: 'r-1' });

  const someoneLeft = next(patient, 'user_left');
  doctor.disconnect();
  expect(await someoneLeft).toMatchObject({ consultationId: 'consultation-123', sender: 'doctor' });
});

test('everybody in a consultation hears everything in the same order', async () => {
  const people = await Promise.all(Array.from({ length: 6 }, connect));
  const heard = people.map((socket) => collect(socket, 'new_message'));
  for (const socket of people) await join(socket, 'consultation-456');
  await Promise.all(people.map((socket, index) => send(socket, 'consultation-456', `from ${index}`)));
  await patiently(() => {
    for (const messages of heard) expect(messages).toHaveLength(people.length);
  });
  const [first = []] = heard;
  expect(first.map(({ content }) => content).sort()).toEqual(people.map((_, index) => `from ${index}`));
  expect(first.map(({ seq }) => seq)).toEqual(first.map((_, index) => Number(first[0]?.['seq']) + index));
  for (const messages of heard) expect(messages).toEqual(first);
});

test('two consultations never hear each other', async () => {
  const [here, there] = await Promise.all([connect(), connect()]);
  const heardThere: unknown[] = [];
  await join(there, 'consultation-456');
  there.onAny((event: string, payload: Payload) => heardThere.push({ event, ...payload }));
  await join(here, 'consultation-123');
  for (let count = 0; count < 10; count += 1) await send(here, 'consultation-123', `only here ${count}`);
  here.disconnect();
  await roundTrip(there);
  const foreign = heardThere.filter((heard) => JSON.stringify(heard).includes('consultation-123'));
  expect(foreign).toEqual([]);
});

describe('the doctor is announced', () => {
  test('at once to who joins, and again on every tick', async () => {
    const socket = await connect();
    const notices = collect(socket, 'doctor_ready');
    // Pages let the last notice hold for as long as the server says.
    expect(await join(socket, 'consultation-123')).toMatchObject({ doctor: { noticeIntervalMs: 50 } });
    await patiently(() => expect(notices.length).toBeGreaterThanOrEqual(4));
    expect(notices[0]).toEqual({
      consultationId: 'consultation-123',
      doctorId: 'doctor-1',
      message: 'Doctor is now available',
    });
  });

  test('not where the consultation is closed or the doctor is off duty', async () => {
    const [socket, witness] = await Promise.all([connect(), connect()]);
    const notices = collect(socket, 'doctor_ready');
    for (const id of ['consultation-off-hours', 'consultation-inactive', 'consultation-expired']) {
      expect(await join(socket, id)).toMatchObject({ ok: true });
    }
    const ticks = collect(witness, 'doctor_ready');
    await join(witness, 'consultation-123');
    await patiently(() => expect(ticks.length).toBeGreaterThanOrEqual(4));
    await roundTrip(socket);
    expect(notices).toEqual([]);
  });
});

describe('a message is refused', () => {
  const cases = [
    ['consultation-unknown', 'Hello', 'consultation.not_found'],
    ['consultation-inactive', 'Hello', 'consultation.inactive'],
    ['consultation-expired', 'Hello', 'consultation.expired'],
    ['consultation-off-hours', 'Hello', 'doctor.unavailable'],
    ['consultation-123', '   ', 'request.invalid'],
    ['consultation-123', 'x'.repeat(4_001), 'request.invalid'],
    ['no consultation!', 'Hello', 'request.invalid'],
  ] as const;

  test.each(cases)('%s, with %s: %s', async (consultationId, content, code) => {
    const socket = await connect();
    const heard = collect(socket, 'new_message');
    const answer = await send(socket, consultationId, content, { clientMessageId: 'mine' });
    expect(answer).toMatchObject({ ok: false, error: { code, clientMessageId: 'mine' } });
    // Without a callback it is an event, which says the same.
    const event = next(socket, 'error');
    socket.emit('send_message', { consultationId, sender: 'user', content, clientMessageId: 'mine' });
    expect(await event).toEqual({ ...answer.error, event: 'send_message' });
    expect(heard).toEqual([]);
  });

  test('outside hours, with the instant at which the doctor is next on duty', async () => {
    const socket = await connect();
    const answer = await send(socket, 'consultation-off-hours', 'Anybody there?');
    // Midnight may have passed since the server started: both days are right then.
    const [seeded, now] = [server.log()[0]?.time ?? '', new Date().toISOString()];
    const expected = [seeded, now].map((time) =>
      DateTime.fromISO(time, { zone: 'utc' }).plus({ days: 3 }).startOf('day').toISO(),
    );
    expect(expected).toContain(answer.error?.['nextOpeningAt']);
    expect(answer.error?.['nextOpeningAt']).toMatch(/T00:00:00\.000Z$/);
  });

  test('under an id that another message has', async () => {
    const socket = await connect();
    const first = await send(socket, 'consultation-123', 'One', { clientMessageId: 'same' });
    const again = await send(socket, 'consultation-123', 'One', { clientMessageId: 'same' });
    expect(again).toMatchObject({
      ok: true,
      duplicate: true,
      seq: first['seq'],
      messageId: first['messageId'],
    });
    const other = await send(socket, 'consultation-123', 'Two', { clientMessageId: 'same' });
    expect(other).toMatchObject({ ok: false, error: { code: 'message.id_conflict' } });
  });
});

test('to join a consultation that does not exist is refused', async () => {
  expect(await join(await connect(), 'consultation-unknown')).toMatchObject({
    ok: false,
    error: { code: 'consultation.not_found' },
  });
});

test('the page, its health and Socket.IO are on one port', async () => {
  for (const path of [
    '/',
    '/c/consultation-123',
    '/chat-test-client.html',
    '/healthz',
    '/readyz',
    '/socket.io/socket.io.js',
  ]) {
    expect((await fetch(server.url + path)).status, path).toBe(200);
  }
  await patiently(() => {
    expect(server.stderr.join('\n')).toContain(`Open ${server.url}/ in two tabs`);
    expect(server.stderr.join('\n')).toContain(`${server.url}/chat-test-client.html`);
  });
});
