import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { findFreePort } from '../../src/adapters/embedded-postgres/postgres-process.js';
import { type PostgresCluster, startPostgresCluster } from '../support/postgres-cluster.js';
import { judge, type Verdict } from './checker.js';
import { CONSULTATIONS, ENDED, endConsultation, openClinic } from './clinic.js';
import { openDevices } from './devices/open-devices.js';
import { runFaults } from './faults/run-faults.js';
import type { Stage } from './faults/stage.js';
import { createTurn } from './faults/turns.js';
import { readFinalLog } from './final-log.js';
import { createRecorder, type FinalLog, type History } from './history.js';
import { COMPARISON_ROUNDS } from './neighbour/comparison.js';
import { type Neighbourhood, openNeighbourhood } from './neighbour/neighbourhood.js';
import { judgeNeighbour, lastNotes, type NeighbourVerdict } from './neighbour/verdict.js';
import { createRandom } from './random.js';
import { type ChaosServer, createChaosServer } from './server/chaos-server.js';
import { signTokens } from './tokens.js';
import { type Actor, createActor } from './workload.js';

/** Beside load and faults, not at all, or beside the load alone. */
export const NEIGHBOUR_MODES = ['on', 'off', 'only'] as const;
export type NeighbourMode = (typeof NEIGHBOUR_MODES)[number];

export interface ChaosOptions {
  readonly seed: string;
  /** How long load and faults go on at least; nothing is expected to be done within it. */
  readonly loadMs: number;
  readonly neighbour: NeighbourMode;
  /** Each phase without the neighbour, and each beside it. */
  readonly phaseMs: number;
  /** The server's log, and the history of a run that failed. */
  readonly directory: string;
  readonly say: (line: string) => void;
}

export interface ChaosResult extends Verdict {
  /** How often the server ended by itself. */
  readonly crashes: number;
  /** null where there was no neighbour. */
  readonly neighbour: NeighbourVerdict | null;
}

/** Without any progress for so long after the faults, a device has not converged. */
const CONVERGENCE_PATIENCE_MS = 120_000;
const WORDS_BEFORE_THE_END = 3;
const SERVER_CONNECTIONS_POLL_MS = 50;

/** Of all phases; what waits between them comes on top. */
function comparisonMs({ neighbour, phaseMs }: ChaosOptions): number {
  return neighbour === 'off' ? 0 : 2 * COMPARISON_ROUNDS * phaseMs;
}

/** Load, faults, rest, and the checker's verdict. Ends whatever it starts. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { directory } = options;
  await mkdir(directory, { recursive: true });
  const postgres = await startPostgresCluster();
  const logFile = join(directory, 'server.log');
  const server = createChaosServer({
    port: await findFreePort(),
    databaseUrl: postgres.databaseUrl,
    logFile,
  });
  try {
    await openClinic(postgres.databaseUrl, Date.now(), options.loadMs + comparisonMs(options));
    await server.start();
    return await runOn(server, postgres, options);
  } finally {
    await server.kill();
    await postgres.stop();
  }
}

async function runOn(
  server: ChaosServer,
  postgres: PostgresCluster,
  options: ChaosOptions,
): Promise<ChaosResult> {
  const { seed, say } = options;
  const recorder = createRecorder();
  const random = createRandom(seed);
  const tokenOf = await signTokens();
  const devices = await openDevices(server.port, tokenOf, recorder, random.fork('devices'));
  const stage: Stage = {
    seed,
    server,
    postgres,
    devices,
    recorder,
    tokenOf,
    serverTurn: createTurn(),
    postgresTurn: createTurn(),
    networkTurn: createTurn(),
  };
  const actors = devices.map((device) => createActor(device, random.fork(`actor/${device.id}`)));
  let isOver = false;
  let neighbourhood: Neighbourhood | null = null;
  try {
    await talkBeforeTheEnd(stage, actors);
    if (options.neighbour !== 'off') neighbourhood = await openNeighbourhood(stage, say);
    const talking = Promise.all(actors.map((actor) => actor.run(() => isOver)));
    await Promise.race([troubleThem(stage, neighbourhood, options), talking]);
    isOver = true;
    say('the troubles are over; waiting for what is under way');
    await talking;
    await restartQuietly(server, postgres);
    const log = await converge(stage, say);
    for (const { id, consultationId, sender, client } of devices) {
      recorder.device({ id, consultationId, sender, client, startsAfter: 0, stayed: true });
    }
    const report = neighbourhood?.report() ?? null;
    for (const note of lastNotes(report?.strikes ?? [])) say(`last strike of ${note}`);
    const neighbour = report === null ? null : judgeNeighbour(report);
    const verdict = await conclude(recorder.history(), log, options);
    return { ...verdict, crashes: server.crashes, neighbour };
  } finally {
    isOver = true;
    await neighbourhood?.close();
    await Promise.all(devices.map((device) => device.close()));
    await Promise.all(devices.map(({ proxy }) => proxy.close()));
  }
}

/** The neighbour alone, for a comparison, and then every fault beside it. */
async function troubleThem(
  stage: Stage,
  neighbourhood: Neighbourhood | null,
  { neighbour, phaseMs, loadMs, say }: ChaosOptions,
): Promise<void> {
  await neighbourhood?.compare(phaseMs);
  if (neighbour === 'only') return;
  const endsAt = stage.recorder.now() + loadMs;
  neighbourhood?.attackUnderFaults();
  await runFaults(stage, () => stage.recorder.now() >= endsAt, say);
  await neighbourhood?.stop();
}

/** In the consultation that ends before the faults begin: so there are ids that can be repeated after it has ended. */
async function talkBeforeTheEnd({ server, postgres }: Stage, actors: readonly Actor[]): Promise<void> {
  const talkers = actors.filter(({ device }) => device.consultationId === ENDED);
  for (let word = 0; word < WORDS_BEFORE_THE_END; word += 1) {
    await Promise.all(talkers.map((actor) => actor.say()));
  }
  await server.stop();
  await endConsultation(postgres.databaseUrl, ENDED);
  await server.start();
}

/** Nothing that was under way in a server or in PostgreSQL outlives this. */
async function restartQuietly(server: ChaosServer, { databaseUrl }: PostgresCluster): Promise<void> {
  await server.stop();
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  for (;;) {
    const others = await database.query(
      `SELECT 1 FROM pg_stat_activity WHERE application_name = 'consultation-chat'`,
    );
    if (others.rows.length === 0) break;
    await delay(SERVER_CONNECTIONS_POLL_MS);
  }
  await database.end();
  await server.start();
}

/** Waits until every device has everything, or none gets any further. */
async function converge(
  { devices, server, postgres, tokenOf }: Stage,
  say: (line: string) => void,
): Promise<FinalLog> {
  const url = `http://127.0.0.1:${server.port}`;
  const log = await readFinalLog(url, tokenOf, postgres.databaseUrl, CONSULTATIONS);
  const heads = new Map<string, number>();
  for (const { consultationId, seq } of log.rows) heads.set(consultationId, seq);
  const missing = (): number => {
    const behind = devices.map((one) => Math.max(0, (heads.get(one.consultationId) ?? 0) - one.shown()));
    return behind.reduce((total, number) => total + number, 0);
  };
  let before = missing();
  for (let progressAt = performance.now(); performance.now() - progressAt < CONVERGENCE_PATIENCE_MS; ) {
    const now = missing();
    if (now === 0) break;
    if (now < before) progressAt = performance.now();
    before = now;
    await delay(SERVER_CONNECTIONS_POLL_MS);
  }
  say(`everything is at rest: ${log.rows.length} messages, ${missing()} missing on devices`);
  return log;
}

async function conclude(
  history: History,
  log: FinalLog,
  { neighbour, directory }: ChaosOptions,
): Promise<Verdict> {
  // Without faults, what they make possible is not needed.
  const verdict = neighbour === 'only' ? judge(history, log, {}) : judge(history, log);
  if (verdict.violations.length > 0) {
    const kept = { history, log: { ...log, readSeq: [...log.readSeq] } };
    await writeFile(join(directory, 'history.json'), JSON.stringify(kept));
  }
  return verdict;
}
