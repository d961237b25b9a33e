import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS } from '../../src/domain/instant.js';
import { ROUND_THE_CLOCK } from '../support/clinic.js';
import { openServers, patiently } from '../support/server-process.js';
import { ask, collect, join, joinUntilAccepted, next, readAll, send } from './client.js';
import { type Member, openCase, openJoined, openWithPeople, type Several, startSeveral } from './several.js';

const servers = openServers();
/** So long that nobody is told by it what the link between the processes has to tell. */
const NEVER_MS = String(DAY_MS);

let several: Several;
let a: Member;
let b: Member;
beforeAll(async () => {
  const env = { DOCTOR_READY_INTERVAL_MS: NEVER_MS, EXPIRY_SWEEP_INTERVAL_MS: '100' };
  several = await startSeveral(servers, 2, { env });
  [a, b] = several.members as [Member, Member];
  for (const { metric } of [a, b]) await patiently(async () => expect(await metric('peers_alive')).toBe(1));
});
afterAll(() => several.close());

/** Later than it runs out by itself. */
const tomorrow = () => new Date(Date.now() + DAY_MS).toISOString();

describe('what one process has stored, the other acts by', () => {
  test('a schedule that was emptied: nothing is stored out of hours', async () => {
    const { id, doctor, patient } = await openCase(b);
    const socket = await b.connect(patient);
    expect(await send(socket, id, 'in time')).toMatchObject({ ok: true, seq: 1 });
    const schedule = `doctors/${doctor.sub}/schedule`;
    expect((await a.call('PUT', schedule, { body: { windows: [] } })).status).toBe(200);
    for (let attempt = 0; attempt < 10; attempt += 1) {
      expect(await send(socket, id, `too late ${attempt}`)).toMatchObject({
        ok: false,
        error: { code: 'doctor.unavailable' },
      });
    }
    await a.call('PUT', schedule, { body: { windows: ROUND_THE_CLOCK } });
    expect(await send(socket, id, 'in time again')).toMatchObject({ ok: true, seq: 2 });
  });

  test('a consultation that was ended, and reopened', async () => {
    const { id, patient } = await openCase(b);
    const socket = await b.connect(patient);
    expect(await send(socket, id, 'first')).toMatchObject({ ok: true });
    expect((await a.call('POST', `consultations/${id}/end`)).status).toBe(200);
    expect(await send(socket, id, 'after the end')).toMatchObject({
      error: { code: 'consultation.inactive' },
    });
    const body = { expiresAt: tomorrow() };
    expect((await a.call('POST', `consultations/${id}/reopen`, { body })).status).toBe(200);
    expect(await send(socket, id, 'second')).toMatchObject({ ok: true, seq: 2 });
  });

  test('a change: the newest version is shown, and it alone is taken', async () => {
    const { id } = await openCase(a);
    const path = `consultations/${id}`;
    const before = await b.call('GET', path);
    const extended = await a.call('POST', `${path}/extend`, { body: { expiresAt: tomorrow() } });
    expect(extended.status).toBe(200);
    await patiently(async () => {
      expect((await b.call('GET', path)).body).toEqual((await a.call('GET', path)).body);
    });
    const end = (ifMatch: string | null) => b.call('POST', `${path}/end`, { ifMatch });
    expect((await end(before.etag)).status).toBe(412);
    expect((await end(extended.etag)).status).toBe(200);
  });

  test('a message: it can be marked as read', async () => {
    const { id, patientOnA, doctorOnB } = await openWithPeople(a, b);
    expect(await join(doctorOnB, id)).toMatchObject({ ok: true });
    expect(await send(patientOnA, id, 'read this')).toMatchObject({ ok: true, seq: 1 });
    expect(await ask(doctorOnB, 'mark_read', { consultationId: id, seq: 1 })).toMatchObject({ ok: true });
  });

  test('messages from both: they are one conversation, and the same one again is the same one', async () => {
    const { id, patient, patientOnA, doctorOnB } = await openWithPeople(a, b);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        index % 2 === 0
          ? send(patientOnA, id, `${index}`, { clientMessageId: `${index}` })
          : send(doctorOnB, id, `${index}`, { sender: 'doctor', clientMessageId: `${index}` }),
      ),
    );
    for (const answer of answers) expect(answer).toMatchObject({ ok: true });
    const [onA, onB] = [await readAll(patientOnA, id), await readAll(doctorOnB, id)];
    expect(onA).toEqual(onB);
    expect(onA.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    const again = await send(await b.connect(patient), id, '0', {
      clientMessageId: '0',
    });
    expect(again).toMatchObject({ ok: true, seq: onA.find(({ content }) => content === '0')?.seq });
  });
});

test('who watches an inbox on one process hears of everything on the other', async () => {
  const { id, doctor, patient } = await openCase(a);
  const doctorOnB = await b.connect(doctor);
  const items: { readonly [key: string]: unknown }[] = [];
  doctorOnB.on('inbox_updated', ({ item }) => items.push(item));
  expect(await ask(doctorOnB, 'watch_inbox', {})).toMatchObject({
    ok: true,
    items: [{ consultationId: id }],
  });
  const hears = (item: object) =>
    patiently(async () => expect(items).toContainEqual(expect.objectContaining(item)));

  const patientOnA = await a.connect(patient);
  expect(await send(patientOnA, id, 'hello')).toMatchObject({ ok: true });
  await hears({ consultationId: id, headSeq: 1, unread: 1, lastSender: 'user', ahead: 0 });
  await joinUntilAccepted(patientOnA, id);
  await hears({ consultationId: id, present: ['user'] });
  const opened = { id: `${id}-second`, patientId: patient.sub, doctorId: doctor.sub, expiresAt: tomorrow() };
  expect((await a.call('POST', 'consultations', { body: opened })).status).toBe(201);
  await hears({ consultationId: opened.id, status: 'open', unread: 0 });
  expect((await a.call('POST', `consultations/${id}/end`)).status).toBe(200);
  await hears({ consultationId: id, status: 'ended', waitingSince: null });
});

describe('who is present on one process hears of the other, at once', () => {
  test('messages of both, in order and once', async () => {
    const { id, patientOnA, doctorOnB } = await openJoined(a, b);
    const heard = [collect(patientOnA, 'new_message'), collect(doctorOnB, 'new_message')];
    for (let turn = 0; turn < 10; turn += 1) {
      await Promise.all([send(patientOnA, id, 'p'), send(doctorOnB, id, 'd', { sender: 'doctor' })]);
    }
    for (const messages of heard) {
      await patiently(async () => expect(messages.length).toBeGreaterThanOrEqual(20));
      expect(messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    }
  });

  test('a message that is too large for a notification', async () => {
    const { id, patientOnA, doctorOnB } = await openJoined(a, b);
    const messages = collect(doctorOnB, 'new_message');
    const contents = ['𝄞'.repeat(4_000), 'small'];
    for (const content of contents) expect(await send(patientOnA, id, content)).toMatchObject({ ok: true });
    await patiently(async () => expect(messages.map(({ content }) => content)).toEqual(contents));
  });

  test('read marks and typing', async () => {
    const { id, patientOnA, doctorOnB } = await openJoined(a, b);
    const [read, typing] = [next(doctorOnB, 'messages_read'), next(patientOnA, 'typing')];
    expect(await send(doctorOnB, id, 'hello', { sender: 'doctor' })).toMatchObject({ ok: true });
    expect(await ask(patientOnA, 'mark_read', { consultationId: id, seq: 1 })).toMatchObject({ ok: true });
    expect(await read).toMatchObject({ consultationId: id, seq: 1 });
    await ask(doctorOnB, 'typing', { consultationId: id, isTyping: true });
    expect(await typing).toMatchObject({ consultationId: id, isTyping: true });
  });

  test('that a consultation has ended', async () => {
    const { id, doctorOnB } = await openJoined(a, b);
    const updated = next(doctorOnB, 'consultation_updated');
    expect((await a.call('POST', `consultations/${id}/end`)).status).toBe(200);
    expect(await updated).toMatchObject({ isActive: false });
    expect(await send(doctorOnB, id, 'too late', { sender: 'doctor' })).toMatchObject({ ok: false });
  });

  test('that a consultation has run out, whichever process has found it', async () => {
    const { id, patientOnA, doctorOnB } = await openJoined(a, b);
    const told = [collect(patientOnA, 'consultation_updated'), collect(doctorOnB, 'consultation_updated')];
    expect((await a.call('POST', `consultations/${id}/end`)).status).toBe(200);
    // On a slow machine, the moment may be over before it is reopened.
    await patiently(async () => {
      const body = { expiresAt: new Date(Date.now() + 2_000).toISOString() };
      expect((await b.call('POST', `consultations/${id}/reopen`, { body })).status).toBe(200);
    });
    for (const updates of told) {
      await patiently(async () =>
        expect(updates.at(-1)).toMatchObject({ status: 'expired', isActive: false }),
      );
    }
  });

  test('that a doctor is back, but no longer in a consultation that has ended on the other process', async () => {
    const { id, doctor, patient, patientOnA, doctorOnB } = await openJoined(a, b);
    const open = { id: `${id}-open`, patientId: patient.sub, doctorId: doctor.sub, expiresAt: tomorrow() };
    expect((await a.call('POST', 'consultations', { body: open })).status).toBe(201);
    await joinUntilAccepted(doctorOnB, open.id);
    const ended = next(doctorOnB, 'consultation_updated');
    expect((await a.call('POST', `consultations/${id}/end`)).status).toBe(200);
    await ended;
    const ready = collect(doctorOnB, 'doctor_ready');
    const readyOnA = collect(patientOnA, 'doctor_ready');
    const schedule = `doctors/${doctor.sub}/schedule`;
    for (const windows of [[], ROUND_THE_CLOCK]) {
      expect((await a.call('PUT', schedule, { body: { windows } })).status).toBe(200);
    }
    await patiently(async () => expect(ready.map(({ consultationId }) => consultationId)).toEqual([open.id]));
    expect(readyOnA).toEqual([]);
  });

  test('that a doctor is away and is back, by the schedule', async () => {
    const { patientOnA, doctor } = await openJoined(a, b);
    const schedule = `doctors/${doctor.sub}/schedule`;
    const away = next(patientOnA, 'doctor_away');
    expect((await b.call('PUT', schedule, { body: { windows: [] } })).status).toBe(200);
    expect(await away).toMatchObject({ doctorId: doctor.sub });
    const ready = next(patientOnA, 'doctor_ready');
    expect((await b.call('PUT', schedule, { body: { windows: ROUND_THE_CLOCK } })).status).toBe(200);
    expect(await ready).toMatchObject({ doctorId: doctor.sub });
  });

  test('who comes and goes: the same person on two devices and two processes is one', async () => {
    const { id, patient, patientOnA, doctorOnB } = await openJoined(a, b);
    const [joined, left] = [collect(doctorOnB, 'user_joined'), collect(doctorOnB, 'user_left')];
    const secondOnB = await b.connect(patient);
    expect(await join(secondOnB, id)).toMatchObject({ ok: true });
    patientOnA.disconnect();
    const thirdOnA = await a.connect(patient);
    expect(await join(thirdOnA, id)).toMatchObject({ ok: true });
    // B has heard of the third device when it hears what came after it.
    const heard = next(doctorOnB, 'new_message');
    expect(await send(thirdOnA, id, 'here')).toMatchObject({ ok: true });
    await heard;
    secondOnB.disconnect();
    // What the others are told next tells that nothing was told before.
    expect(await send(thirdOnA, id, 'still here')).toMatchObject({ ok: true });
    expect([joined, left]).toEqual([[], []]);
    const gone = next(doctorOnB, 'user_left');
    thirdOnA.disconnect();
    expect(await gone).toMatchObject({ consultationId: id, userId: patient.sub });
    expect(joined).toEqual([]);
  });
});
