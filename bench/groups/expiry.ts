import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { barChart } from '../report/chart.js';
import { startChild } from '../stand/children.js';
import { openClinic } from '../stand/clinic.js';
import { listening, PROGRAMS, productEnvironment } from '../stand/stand.js';
import { cpuBetween, cpuTimeOf, familyOf, residentMemoryOf } from '../stand/usage.js';
import type { Group, GroupContext } from './group.js';

const CONSULTATIONS = 20_000;
const QUICK_CONSULTATIONS = 1_000;
const SWEEP_INTERVAL_MS = 1_000;
const POLL_MS = 250;
/** After this time, in ms, something must be wrong. */
const LIMIT_MS = 120_000;

/** Writes consultations into the log and the read models as if they had been opened, and were about to run out. */
const OPENED = `
WITH opened AS (
  SELECT $1 || '-' || n AS id FROM generate_series(1, $2::int) AS n
), logged AS (
  INSERT INTO events (stream_id, version, type, schema_version, data, actor_kind, actor_id, occurred_at)
  SELECT 'consultation:' || id, 1, 'ConsultationOpened', 1,
         jsonb_build_object('consultationId', id, 'patientId', 'patient-first-0', 'doctorId', 'doctor-first-0',
                            'expiresAt', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
         'system', 'bench', now() - interval '1 hour'
  FROM opened
), talked AS (
  INSERT INTO chats (consultation_id, created_at, user_id, doctor_id, activity_at, activity_hour)
  SELECT id, at, 'patient-first-0', 'doctor-first-0', at, floor(extract(epoch FROM at) / 3600)
  FROM opened, (SELECT now() - interval '1 hour' AS at) AS hour_ago
)
INSERT INTO consultations (id, user_id, doctor_id, is_active, status, expires_at, opened_at)
SELECT id, 'patient-first-0', 'doctor-first-0', true, 'open', date_trunc('second', now()), now() - interval '1 hour'
FROM opened`;

interface Sweep {
  readonly perSecond: number;
  /** The longest turn of the server's event loop, in ms. */
  readonly longestBlockMs: number;
  /** The server's CPU time for each consultation, in microseconds. */
  readonly serverCpu: number;
  readonly databaseCpu: number;
  readonly residentBytes: number;
}

/**
 * Measures consultations that run out at the same moment, none of them in the server's memory, until the last one is
 * deactivated.
 */
export const expiryGroup: Group = async (context) => {
  const count = context.quick ? QUICK_CONSULTATIONS : CONSULTATIONS;
  const database = await context.database();
  await openClinic(database.url, { prefix: 'first', consultations: 1 });
  const sweeps: Sweep[] = [];
  for (let round = 0; round < (context.quick ? 1 : 3); round += 1) {
    context.say(`round ${round + 1}: ${count} consultations`);
    sweeps.push(await measured(context, `round-${round}`, count));
  }
  sweeps.sort((a, b) => a.perSecond - b.perSecond);
  const median = sweeps[Math.floor(sweeps.length / 2)];
  if (median === undefined) throw new Error('nothing was measured');
  const longestBlockMs = Math.max(...sweeps.map((sweep) => sweep.longestBlockMs));
  return {
    group: 'expiry',
    ratios: [
      {
        name: 'deactivated a second, by the goal of 5,000',
        value: median.perSecond / 5_000,
        goal: 'at least 1',
      },
      {
        name: 'longest block of the loop, by the goal of 50 ms',
        value: longestBlockMs / 50,
        goal: 'at most 1',
      },
    ],
    tables: [
      {
        title: `${count} consultations that run out together`,
        columns: ['', 'median', 'worst'],
        rows: [
          ['a second', median.perSecond, sweeps[0]?.perSecond ?? Number.NaN],
          ['longest block of the event loop, ms', median.longestBlockMs, longestBlockMs],
          ['server CPU each, µs', median.serverCpu, Math.max(...sweeps.map(({ serverCpu }) => serverCpu))],
          [
            "PostgreSQL's CPU each, µs",
            median.databaseCpu,
            Math.max(...sweeps.map(({ databaseCpu }) => databaseCpu)),
          ],
          [
            'RSS afterwards, MB',
            median.residentBytes / 1e6,
            Math.max(...sweeps.map(({ residentBytes }) => residentBytes)) / 1e6,
          ],
        ],
      },
    ],
    notes: [],
    chart: barChart({
      title: 'Consultations that run out together',
      groups: [
        {
          heading: 'deactivated a second, each round',
          bars: sweeps.map(({ perSecond }, index) => ({
            label: `round ${index + 1}`,
            value: perSecond,
            series: 1,
          })),
        },
        {
          heading: 'longest block of the event loop, ms',
          bars: sweeps.map((sweep, index) => ({
            label: `round ${index + 1}`,
            value: sweep.longestBlockMs,
            series: 1,
          })),
        },
      ],
    }),
    figures: { medians: median, rounds: sweeps },
  };
};

/** Measures one server that has just been started and finds all of them due. */
async function measured({ stand, database }: GroupContext, prefix: string, count: number): Promise<Sweep> {
  const { root, cores, serverFlags } = stand;
  const { url, pid } = await database();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const probe = ['--expose-gc', '--import', pathToFileURL(join(PROGRAMS, 'servers', 'probe.js')).href];
  const server = startChild({
    name: 'the server',
    node: [...probe, ...serverFlags, join(root, 'dist', 'main.js')],
    env: { ...productEnvironment(url), EXPIRY_SWEEP_INTERVAL_MS: String(SWEEP_INTERVAL_MS) },
    core: cores?.server ?? null,
  });
  try {
    await listening(server);
    // By then the work of the start is over, and so is the first sweep, which loads code.
    await delay(3 * SWEEP_INTERVAL_MS);
    await client.query('VACUUM ANALYZE');
    await server.ask({ ask: 'start delay' });
    await client.query(OPENED, [prefix, count]);
    const before = { server: cpuTimeOf(server.pid), database: familyOf(pid) };
    await untilNoneIsActive(client, prefix, count);
    const serverMs = cpuTimeOf(server.pid) - before.server;
    const databaseMs = cpuBetween(before.database, familyOf(pid));
    const longestBlockMs = (await server.ask({ ask: 'stop delay' })) as number;
    return {
      perSecond: await rateOf(client, prefix, count),
      longestBlockMs,
      serverCpu: (serverMs * 1_000) / count,
      databaseCpu: (databaseMs * 1_000) / count,
      residentBytes: residentMemoryOf(server.pid),
    };
  } finally {
    await client.end();
    await server.end();
  }
}

/** @throws when it takes too long. */
async function untilNoneIsActive(client: pg.Client, prefix: string, count: number): Promise<void> {
  const end = performance.now() + LIMIT_MS;
  for (;;) {
    const { rows } = await client.query(
      'SELECT FROM consultations WHERE is_active AND expires_at <= now() LIMIT 1',
    );
    if (rows.length === 0) return;
    if (performance.now() > end) throw new Error(`not all ${count} of ${prefix} have expired`);
    await delay(POLL_MS);
  }
}

/** The rate from the first decision to the last one, according to the log. */
async function rateOf(client: pg.Client, prefix: string, count: number): Promise<number> {
  const { rows } = await client.query<{ expired: string; ms: number }>(
    `SELECT count(*) AS expired, (extract(epoch from max(occurred_at) - min(occurred_at)) * 1000)::float8 AS ms
     FROM events WHERE type = 'ConsultationExpired' AND stream_id LIKE 'consultation:' || $1 || '-%'`,
    [prefix],
  );
  const [row] = rows;
  if (Number(row?.expired) !== count) throw new Error(`${row?.expired} of ${count} have expired`);
  return (count * 1_000) / (row?.ms ?? Number.NaN);
}
