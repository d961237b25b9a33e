import { describe, expect, onTestFinished, test } from 'vitest';
import { queryRows } from '../adapters/prisma/prisma-storage.js';
import { createTestDatabase } from '../support/postgres.js';
import { MAIN, openServers, patiently } from '../support/server-process.js';
import { collect, joinUntilAccepted, next, readAll, send, sendUntilAccepted } from './client.js';
import {
  envOf,
  type Member,
  memberOf,
  openCase,
  openJoined,
  type Several,
  type SeveralOptions,
  startSeveral,
} from './several.js';

const servers = openServers();
/** Puts a clock that goes ahead in the place of the system's. */
const STEPPED_CLOCK = new URL('../chaos/server/clock-preload.mjs', import.meta.url).href;

async function start(count: number, options: SeveralOptions = {}): Promise<Several> {
  const several = await startSeveral(servers, count, options);
  onTestFinished(several.close);
  return several;
}

/** What it has logged of the others who come and go. */
function peerLines({ server }: Member): readonly string[] {
  const lines = server.log().filter(({ event }) => event.startsWith('peer.'));
  return lines.map(({ event, reason = '' }) => `${event} ${reason}`.trim());
}

/** What stands in the access log about a consultation, page by page; without what reading it adds. */
async function entriesOf(
  { call }: Member,
  consultationId: string,
  limit: number,
): Promise<readonly string[]> {
  const entries: string[] = [];
  for (let after = ''; ; ) {
    const { status, body } = await call(
      'GET',
      `access-log?consultationId=${consultationId}&limit=${limit}${after}`,
    );
    expect(status).toBe(200);
    const { items, nextCursor } = body as { items: readonly { action: string }[]; nextCursor: string | null };
    const others = items.filter(({ action }) => action !== 'read_access_log');
    entries.push(...others.map((entry) => JSON.stringify(entry)));
    if (nextCursor === null) return entries;
    after = `&after=${nextCursor}`;
  }
}

describe('three processes that start at the same moment', () => {
  test('apply the migrations once, all serve, and a consultation that has run out expires once', async () => {
    const { members, databaseUrl } = await start(3, {
      isMigrated: false,
      env: { EXPIRY_SWEEP_INTERVAL_MS: '50' },
    });
    const logged = (name: string) =>
      members.flatMap(({ server }) => server.log().filter(({ event }) => event === name));
    expect(logged('database.migrated')).toHaveLength(1);
    const notes = await queryRows<{ migration_name: string }>(
      databaseUrl,
      'SELECT migration_name FROM _prisma_migrations',
    );
    expect(new Set(notes.map((note) => note.migration_name)).size).toBe(notes.length);
    for (const { server, metric } of members) {
      await patiently(async () => expect((await fetch(`${server.url}/readyz`)).status).toBe(200));
      expect(await metric('peer_link_up')).toBe(1);
      await patiently(async () => expect(await metric('peers_alive')).toBe(2));
    }

    const [first] = members as [Member];
    const { id } = await openCase(first, 4_000);
    for (const { call } of members) {
      await patiently(async () =>
        expect((await call('GET', `consultations/${id}`)).body).toMatchObject({ status: 'expired' }),
      );
    }
    const events = await queryRows(databaseUrl, `SELECT FROM events WHERE type = 'ConsultationExpired'`);
    expect(events).toHaveLength(1);
    await patiently(async () => expect(logged('consultation.expired')).toHaveLength(1));
  });
});

describe('two processes', () => {
  test('find each other again after PostgreSQL has cut the link; what was sent meanwhile is heard', async () => {
    const { members, databaseUrl } = await start(2);
    const [a, b] = members as [Member, Member];
    const { id, patientOnA, doctorOnB } = await openJoined(a, b);
    // Each counts what it holds, and nothing of the other one's.
    for (const { metric } of members) {
      await patiently(async () =>
        expect([await metric('connections'), await metric('rooms')]).toEqual([1, 1]),
      );
    }
    const [messages, left] = [collect(doctorOnB, 'new_message'), collect(doctorOnB, 'user_left')];
    const sent: string[] = [];
    for (let cut = 0; cut < 3; cut += 1) {
      await queryRows(
        databaseUrl,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'consultation-chat peers'`,
      );
      for (let index = 0; index < 5; index += 1) {
        const content = `${cut} ${index}`;
        await sendUntilAccepted(patientOnA, id, content);
        sent.push(content);
      }
      await patiently(async () => expect(messages.map(({ content }) => content)).toEqual(sent));
    }
    expect(left).toEqual([]);
    for (const { server } of members) {
      expect(server.log().some(({ event }) => event === 'peers.link_restored')).toBe(true);
    }
  });

  test('whose clocks differ keep one order of messages, and show each entry of the access log once', async () => {
    const { members, databaseUrl } = await start(1);
    const [a] = members as [Member];
    const ahead = await servers.start({
      env: { ...envOf(databaseUrl), CHAOS_CLOCK_OFFSET_MS: '90000' },
      command: [process.execPath, '--import', STEPPED_CLOCK, MAIN],
    });
    const b = memberOf(ahead, servers);
    const { level, aheadMs } = await ahead.logged('clock.differs');
    expect([level, Math.round(Number(aheadMs) / 1_000)]).toEqual(['warn', 90]);
    expect(await b.metric('clock_ahead_ms')).toBe(aheadMs);
    await patiently(async () => expect(await b.metric('peers_alive')).toBe(1));
    const { id, patientOnA, doctorOnB } = await openJoined(a, b);
    const heard = [patientOnA, doctorOnB].map((socket) => collect(socket, 'new_message'));
    for (let index = 0; index < 6; index += 2) {
      await sendUntilAccepted(patientOnA, id, `${index}`);
      const answer = await send(doctorOnB, id, `${index + 1}`, { sender: 'doctor' });
      expect(answer).toMatchObject({ ok: true });
    }
    const inOrder = ['0', '1', '2', '3', '4', '5'];
    for (const messages of heard) {
      await patiently(async () => expect(messages.map(({ content }) => content)).toEqual(inOrder));
    }
    const [onA, onB] = [await readAll(patientOnA, id), await readAll(doctorOnB, id)];
    expect(onA).toEqual(onB);
    expect(onA.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
    // Each process writes down what its own clock shows: the doctor's second message is later than what follows it.
    const sentAt = onA.map((message) => Date.parse(String(message['sentAt'])));
    expect(sentAt[1]).toBeGreaterThan(sentAt[2] ?? Number.NaN);

    const whole = await entriesOf(b, id, 100);
    expect(whole).toHaveLength(new Set(whole).size);
    for (const action of ['join', 'catch_up', 'MessageSent']) {
      expect(whole.some((entry) => entry.includes(`"${action}"`))).toBe(true);
    }
    expect(await entriesOf(a, id, 1)).toEqual(whole);
    expect(a.server.log().some(({ event }) => event.startsWith('clock.'))).toBe(false);
  });

  test('of one that is killed, its people leave, and who comes in its place is told everything', async () => {
    const { members, databaseUrl } = await start(2);
    const [a, b] = members as [Member, Member];
    const { id, patient, doctor } = await openCase(a);
    const [patientOnA, doctorOnB] = [await a.connect(patient), await b.connect(doctor)];
    const joined = next(doctorOnB, 'user_joined');
    await joinUntilAccepted(doctorOnB, id);
    await joinUntilAccepted(patientOnA, id);
    await joined;
    const left = next(doctorOnB, 'user_left');
    a.server.kill('SIGKILL');
    expect(await left).toMatchObject({ consultationId: id, userId: patient.sub });
    expect(peerLines(b).at(0)).toBe('peer.joined');
    await patiently(() => expect(peerLines(b).at(-1)).toBe('peer.gone silent'));
    const again = await servers.start({ env: envOf(databaseUrl) });
    const back = await servers.connect(again.url, { auth: (patientOnA as { auth: object }).auth });
    const messages = collect(doctorOnB, 'new_message');
    await sendUntilAccepted(back, id, 'here again');
    await patiently(async () => expect(messages).toHaveLength(1));
    await again.stop();
    await patiently(() => expect(peerLines(b).slice(-2)).toEqual(['peer.joined', 'peer.gone goodbye']));
  });
});

test('a process that has the database to itself and one that shares it exclude each other, in one line', async () => {
  const { databaseUrl, drop } = await createTestDatabase();
  onTestFinished(drop);
  const env = envOf(databaseUrl);
  const refused = async (more: Readonly<Record<string, string>>): Promise<readonly string[]> => {
    const launched = servers.launch({ env: { ...env, ...more } });
    expect(await launched.exited).toEqual({ code: 1, signal: null });
    return launched.stderr;
  };
  const sharing = await servers.start({ env });
  expect(await refused({ PEERS: 'none' })).toEqual([
    expect.stringMatching(
      /^Cannot start: Another server serves this database \(schema public\) already: [^\n]+$/,
    ),
  ]);
  await sharing.stop();
  const alone = await servers.start({ env: { ...env, PEERS: 'none' } });
  expect(await refused({})).toEqual([
    expect.stringMatching(
      /^Cannot start: Another server serves this database \(schema public\) alone, [^\n]+$/,
    ),
  ]);
  await alone.stop();
});
