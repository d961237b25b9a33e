import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { barChart } from '../report/chart.js';
import { medianOf } from '../report/statistics.js';
import { startChild } from '../stand/children.js';
import { listening, PROGRAMS, productEnvironment, type Stand } from '../stand/stand.js';
import type { Group } from './group.js';

const READY_POLL_MS = 5;

interface Start {
  /** The time from the start of the process until it says that it listens, in ms. */
  readonly listensMs: number;
  /** The time until it first says that it is ready, in ms. */
  readonly readyMs: number;
}

/**
 * Measures the time from the start of the process until it serves: with a new data directory, with an existing one,
 * and with a database that is running.
 */
export const startUpGroup: Group = async (context) => {
  const { stand, quick, directory, say } = context;
  const rounds = quick ? 1 : 7;
  const database = await context.database();
  const cold: Start[] = [];
  const warm: Start[] = [];
  const external: Start[] = [];
  const relay: Start[] = [];
  for (let round = 0; round < rounds; round += 1) {
    say(`round ${round + 1} of ${rounds}`);
    const env = { DATA_DIR: join(directory, `own-${round}`), PORT: '0' };
    cold.push(await startOnce(stand, env));
    warm.push(await startOnce(stand, env));
    external.push(await startOnce(stand, productEnvironment(database.url)));
    relay.push(await startRelay(stand));
  }
  return report([
    { label: 'new data directory', series: 1, starts: cold },
    { label: 'existing data directory', series: 1, starts: warm },
    { label: 'database that runs', series: 1, starts: external },
    { label: 'relay', series: 0, starts: relay },
  ]);
};

async function startOnce({ root, cores }: Stand, env: Readonly<Record<string, string>>): Promise<Start> {
  const node = [join(root, 'dist', 'main.js')];
  const server = startChild({ name: 'the server', node, env, core: cores?.server ?? null });
  try {
    const { url, ms } = await listening(server);
    while (!(await isReady(url))) await delay(READY_POLL_MS);
    return { listensMs: ms, readyMs: performance.now() - server.startedAt };
  } finally {
    await server.end();
  }
}

async function startRelay({ cores }: Stand): Promise<Start> {
  const node = [join(PROGRAMS, 'servers', 'relay.js')];
  const server = startChild({ name: 'the relay', node, core: cores?.server ?? null });
  try {
    const { ms } = await listening(server);
    return { listensMs: ms, readyMs: ms };
  } finally {
    await server.end();
  }
}

async function isReady(url: string): Promise<boolean> {
  const response = await fetch(`${url}/readyz`);
  await response.arrayBuffer();
  return response.ok;
}

interface Kind {
  readonly label: string;
  readonly series: number;
  readonly starts: readonly Start[];
}

function report(kinds: readonly Kind[]) {
  const rows = kinds.map(({ label, series, starts }) => ({
    label,
    series,
    listensMs: medianOf(starts, ({ listensMs }) => listensMs),
    readyMs: medianOf(starts, ({ readyMs }) => readyMs),
    worstMs: Math.max(...starts.map(({ readyMs }) => readyMs)),
  }));
  const [cold, warm, external, relay] = rows.map(({ readyMs }) => readyMs);
  const by = (one = Number.NaN, other = Number.NaN): number => one / other;
  return {
    group: 'start-up',
    ratios: [
      { name: 'with a database that runs, by the relay', value: by(external, relay) },
      { name: 'with an existing data directory, by the relay', value: by(warm, relay) },
      { name: 'with a new data directory, by the relay', value: by(cold, relay) },
    ],
    tables: [
      {
        title: 'from the start of the process, on one core',
        columns: ['', 'listens, ms', 'ready, ms', 'slowest, ms'],
        rows: rows.map((row) => [row.label, ...[row.listensMs, row.readyMs, row.worstMs].map(Math.round)]),
      },
    ],
    notes: ['The embedded PostgreSQL runs on the core of the server that starts it here.'],
    chart: barChart({
      title: 'Until the server is ready',
      groups: [
        {
          heading: 'ms',
          bars: rows.map(({ label, readyMs, series }) => ({ label, value: readyMs, series })),
        },
      ],
    }),
    figures: { medians: rows, rounds: kinds },
  };
}
