import { describe, expect, onTestFinished, test } from 'vitest';
import { DAY_MS } from '../../src/domain/instant.js';
import { queryRows } from '../adapters/prisma/prisma-storage.js';
import { ROUND_THE_CLOCK } from '../support/clinic.js';
import { createTestDatabase } from '../support/postgres.js';
import { openServers, patiently } from '../support/server-process.js';
import { ask, collect, join, readAll, send } from './client.js';
import { CONSULTATION, DOCTOR, envOf, type Member, memberOf, PATIENT, startSeveral } from './several.js';

const servers = openServers();

async function startTwo(env: Readonly<Record<string, string>> = {}): Promise<readonly [Member, Member]> {
  const { members } = await startSeveral(servers, 2, { env });
  return members as [Member, Member];
}

const DOCTOR_PATH = `doctors/${DOCTOR.sub}`;
const CONSULTATION_PATH = `consultations/${CONSULTATION}`;
/** Later than it runs out by itself. */
const tomorrow = () => new Date(Date.now() + DAY_MS).toISOString();

describe('two processes on one database', () => {
  test('a schedule that was emptied on one is empty on the other: nothing is stored out of hours', async () => {
    const [a, b] = await startTwo();
    const patient = await b.connect(PATIENT);
    expect(await send(patient, CONSULTATION, 'in time')).toMatchObject({ ok: true, seq: 1 });
    const emptied = await a.call('PUT', `${DOCTOR_PATH}/schedule`, { body: { windows: [] } });
    expect(emptied.status).toBe(200);
    for (let attempt = 0; attempt < 10; attempt += 1) {
      expect(await send(patient, CONSULTATION, `too late ${attempt}`)).toMatchObject({
        ok: false,
        error: { code: 'doctor.unavailable' },
      });
    }
    await a.call('PUT', `${DOCTOR_PATH}/schedule`, { body: { windows: ROUND_THE_CLOCK } });
    expect(await send(patient, CONSULTATION, 'in time again')).toMatchObject({ ok: true, seq: 2 });
  });

  test('a consultation that was ended and reopened on one is open on the other', async () => {
    const [a, b] = await startTwo();
    const patient = await b.connect(PATIENT);
    expect(await send(patient, CONSULTATION, 'first')).toMatchObject({ ok: true });
    expect((await a.call('POST', `${CONSULTATION_PATH}/end`)).status).toBe(200);
    expect(await send(patient, CONSULTATION, 'after the end')).toMatchObject({
      error: { code: 'consultation.inactive' },
    });
    const body = { expiresAt: tomorrow() };
    expect((await a.call('POST', `${CONSULTATION_PATH}/reopen`, { body })).status).toBe(200);
    expect(await send(patient, CONSULTATION, 'second')).toMatchObject({ ok: true, seq: 2 });
  });

  test('what one has changed the other shows, and takes by its newest version only', async () => {
    const [a, b] = await startTwo();
    const before = await b.call('GET', CONSULTATION_PATH);
    const extended = await a.call('POST', `${CONSULTATION_PATH}/extend`, { body: { expiresAt: tomorrow() } });
    expect(extended.status).toBe(200);
    const shown = await b.call('GET', CONSULTATION_PATH);
    expect(shown.body).toEqual((await a.call('GET', CONSULTATION_PATH)).body);
    const end = (ifMatch: string | null) => b.call('POST', `${CONSULTATION_PATH}/end`, { ifMatch });
    expect((await end(before.etag)).status).toBe(412);
    expect((await end(shown.etag)).status).toBe(200);
  });

  test('a message that one has stored can be marked as read on the other', async () => {
    const [a, b] = await startTwo();
    const [patient, doctor] = [await a.connect(PATIENT), await b.connect(DOCTOR)];
    expect(await join(doctor, CONSULTATION)).toMatchObject({ ok: true });
    expect(await send(patient, CONSULTATION, 'read this')).toMatchObject({ ok: true, seq: 1 });
    expect(await ask(doctor, 'mark_read', { consultationId: CONSULTATION, seq: 1 })).toMatchObject({
      ok: true,
    });
  });

  test('messages from both are one conversation, whichever they are read on', async () => {
    const [a, b] = await startTwo();
    const [patient, doctor] = [await a.connect(PATIENT), await b.connect(DOCTOR)];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        index % 2 === 0
          ? send(patient, CONSULTATION, `${index}`, { clientMessageId: `${index}` })
          : send(doctor, CONSULTATION, `${index}`, { sender: 'doctor', clientMessageId: `${index}` }),
      ),
    );
    for (const answer of answers) expect(answer).toMatchObject({ ok: true });
    const [onA, onB] = [await readAll(patient, CONSULTATION), await readAll(doctor, CONSULTATION)];
    expect(onA).toEqual(onB);
    expect(onA.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    // The same message sent again to the other process is the same message.
    const again = await send(patient, CONSULTATION, '0', { clientMessageId: '0' });
    expect(again).toMatchObject({ ok: true, seq: onA.find(({ content }) => content === '0')?.seq });
  });

  test('a room hears of the other process within an announcement of heads, even if news are lost', async () => {
    const [a, b] = await startTwo({ DOCTOR_READY_INTERVAL_MS: '200' });
    const [patient, doctor] = [await a.connect(PATIENT), await b.connect(DOCTOR)];
    expect(await join(doctor, CONSULTATION)).toMatchObject({ ok: true });
    const [messages, updates] = [collect(doctor, 'new_message'), collect(doctor, 'consultation_updated')];
    expect(await send(patient, CONSULTATION, 'hello')).toMatchObject({ ok: true });
    await patiently(async () => expect(messages).toEqual([expect.objectContaining({ content: 'hello' })]));
    expect((await a.call('POST', `${CONSULTATION_PATH}/end`)).status).toBe(200);
    await patiently(async () => expect(updates).toContainEqual(expect.objectContaining({ isActive: false })));
  });
});

describe('three processes that start at the same moment', () => {
  test('apply the migrations once, and all serve', async () => {
    const { members, databaseUrl } = await startSeveral(servers, 3, { isMigrated: false });
    const migrated = members.flatMap(({ server }) =>
      server.log().filter(({ event }) => event === 'database.migrated'),
    );
    expect(migrated).toHaveLength(1);
    const notes = await queryRows<{ migration_name: string }>(
      databaseUrl,
      'SELECT migration_name FROM _prisma_migrations',
    );
    expect(new Set(notes.map((note) => note.migration_name)).size).toBe(notes.length);
    for (const member of members) {
      await patiently(async () => expect((await fetch(`${member.server.url}/readyz`)).status).toBe(200));
      expect((await member.call('GET', CONSULTATION_PATH)).status).toBe(200);
      expect(await member.metric('peer_link_up')).toBe(1);
    }
  });

  test('deactivate a consultation that has run out once', async () => {
    const { members, databaseUrl } = await startSeveral(servers, 3, {
      env: { EXPIRY_SWEEP_INTERVAL_MS: '50' },
    });
    const [first] = members as [Member];
    const body = {
      id: 'consultation-2',
      patientId: PATIENT.sub,
      doctorId: DOCTOR.sub,
      expiresAt: new Date(Date.now() + 1_500).toISOString(),
    };
    expect((await first.call('POST', 'consultations', { body })).status).toBe(201);
    const expired = () =>
      members.flatMap(({ server }) => server.log().filter(({ event }) => event === 'consultation.expired'));
    await patiently(async () => expect(expired()).toHaveLength(1));
    for (const member of members) {
      await patiently(async () =>
        expect((await member.call('GET', 'consultations/consultation-2')).body).toMatchObject({
          status: 'expired',
        }),
      );
    }
    const events = await queryRows(databaseUrl, `SELECT FROM events WHERE type = 'ConsultationExpired'`);
    expect(events).toHaveLength(1);
    expect(expired()).toHaveLength(1);
  });
});

test('a process that has the database to itself and one that shares it exclude each other, in one line', async () => {
  const { databaseUrl, drop } = await createTestDatabase();
  onTestFinished(drop);
  const env = envOf(databaseUrl);
  const sharing = await servers.start({ env });
  const alone = servers.launch({ env: { ...env, PEERS: 'none' } });
  expect(await alone.exited).toEqual({ code: 1, signal: null });
  expect(alone.stderr).toEqual([
    expect.stringMatching(
      /^Cannot start: Another server serves this database \(schema public\) already: [^\n]+$/,
    ),
  ]);
  await sharing.stop();

  const first = await servers.start({ env: { ...env, PEERS: 'none' } });
  const second = servers.launch({ env });
  expect(await second.exited).toEqual({ code: 1, signal: null });
  expect(second.stderr).toEqual([
    expect.stringMatching(
      /^Cannot start: Another server serves this database \(schema public\) alone, [^\n]+$/,
    ),
  ]);
  const member = memberOf(first, servers);
  expect(await member.metric('peer_link_up')).toBe(Number.NaN);
  await first.stop();
});
