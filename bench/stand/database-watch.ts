import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { BenchDatabase } from './database.js';

/** What PostgreSQL did at a time: from when, in ms since 1970, and for how long, in ms. */
export interface Doing {
  readonly what: string;
  readonly at: number;
  readonly ms: number;
}

export interface DatabaseActivity {
  /** What the server's sessions waited for, sampled every few ms. */
  readonly waits: readonly Doing[];
  /** Slow statements, checkpoints and autovacuum, from PostgreSQL's log. */
  readonly logged: readonly Doing[];
  /** By how much PostgreSQL's counters grew. */
  readonly counters: Readonly<Record<string, number>>;
}

/** The settings that the watch needs. They cost a little. */
export const WATCHED: Readonly<Record<string, string>> = {
  track_io_timing: 'on',
  track_wal_io_timing: 'on',
  log_checkpoints: 'on',
  log_autovacuum_min_duration: '0',
  log_min_duration_statement: '8',
  log_line_prefix: '%m [%p] ',
};

const POLL_MS = 5;
const SESSIONS = `SELECT coalesce(wait_event_type || ' ' || wait_event, 'running') AS what,
  extract(epoch FROM clock_timestamp())::float8 * 1000 AS at
  FROM pg_stat_activity WHERE application_name = 'consultation-chat' AND state = 'active'`;
const COUNTERS = `SELECT
  (SELECT wal_bytes::float8 / 1e6 FROM pg_stat_wal) AS "MB of WAL",
  (SELECT wal_fpi::float8 FROM pg_stat_wal) AS "full page images",
  (SELECT wal_buffers_full::float8 FROM pg_stat_wal) AS "times that WAL buffers were full",
  (SELECT sum(fsyncs)::float8 FROM pg_stat_io WHERE object = 'wal' AND context = 'init') AS "WAL files made",
  (SELECT sum(write_time + fsync_time) FROM pg_stat_io WHERE object = 'wal' AND context = 'init') AS "ms for making them",
  (SELECT sum(fsyncs)::float8 FROM pg_stat_io WHERE object = 'wal' AND context = 'normal') AS "fsyncs of WAL",
  (SELECT sum(fsync_time) FROM pg_stat_io WHERE object = 'wal' AND context = 'normal') AS "ms for them",
  (SELECT (num_timed + num_requested)::float8 FROM pg_stat_checkpointer) AS "checkpoints",
  (SELECT buffers_written::float8 FROM pg_stat_checkpointer) AS "pages that they wrote",
  (SELECT write_time FROM pg_stat_checkpointer) AS "ms for writing them",
  (SELECT sync_time FROM pg_stat_checkpointer) AS "ms for their fsyncs",
  (SELECT sum(writes)::float8 FROM pg_stat_io WHERE object = 'relation' AND backend_type = 'client backend') AS "pages that sessions wrote"`;
/** An entry of the log, with its further lines. */
const ENTRY = /^(\S+ \S+) UTC \[\d+\] LOG: {2}(.*)$/s;
const SECOND_MS = 1_000;

/** Watches a database that was started with `WATCHED`, until the returned function is called. */
export async function watchDatabase({
  url,
  logFile,
}: BenchDatabase): Promise<() => Promise<DatabaseActivity>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const waits: Doing[] = [];
  const since = Date.now();
  const before = await countersOf(client);
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const { rows } = await client.query<{ what: string; at: number }>({ name: 'sessions', text: SESSIONS });
      for (const row of rows) waits.push({ ...row, ms: POLL_MS });
      await delay(POLL_MS);
    }
  })();
  return async () => {
    isOver = true;
    await watching;
    const after = await countersOf(client);
    await client.end();
    const counters = Object.fromEntries(
      Object.entries(after).map(([name, value]) => [name, (value ?? 0) - (before[name] ?? 0)]),
    );
    return { waits, logged: await loggedSince(logFile, since), counters };
  };
}

async function countersOf(client: pg.Client): Promise<Readonly<Record<string, number | null>>> {
  const { rows } = await client.query<Record<string, number | null>>(COUNTERS);
  return rows[0] ?? {};
}

async function loggedSince(logFile: string, since: number): Promise<Doing[]> {
  const log = await readFile(logFile, 'utf8');
  return log.split(/\n(?!\t)/).flatMap((entry) => {
    const [, time = '', message = ''] = ENTRY.exec(entry) ?? [];
    const until = Date.parse(`${time.replace(' ', 'T')}Z`);
    return until >= since ? doingsOf(message, until) : [];
  });
}

/** What an entry of the log reports. PostgreSQL logs what is over. */
function doingsOf(message: string, until: number): Doing[] {
  const span = (what: string, ms: number, end = until): Doing => ({ what, at: end - ms, ms });
  const statement = /^duration: ([\d.]+) ms +(.{0,40})/.exec(message);
  if (statement !== null) return [span(`statement: ${statement[2]}`, Number(statement[1]))];
  const checkpoint = /^checkpoint complete: .*write=([\d.]+) s, sync=([\d.]+) s, total=([\d.]+) s/.exec(
    message,
  );
  if (checkpoint !== null) {
    const [write = 0, sync = 0, total = 0] = checkpoint
      .slice(1)
      .map((seconds) => Number(seconds) * SECOND_MS);
    const start = until - total;
    return [
      span('checkpoint writes', write, start + write),
      span('checkpoint syncs', total - write, until),
      span(`checkpoint: ${message.slice(0, 200)} (${sync} ms of fsync)`, 0),
    ];
  }
  const vacuum = /^automatic (\w+) of table "([^"]+)".*elapsed: ([\d.]+) s/s.exec(message);
  if (vacuum !== null) return [span(`automatic ${vacuum[1]} of ${vacuum[2]}`, Number(vacuum[3]) * SECOND_MS)];
  return [];
}
