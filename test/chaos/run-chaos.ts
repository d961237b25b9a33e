import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type PostgresCluster, startPostgresCluster } from '../support/postgres-cluster.js';
import { type RunningRedis, startRedis } from '../support/redis.js';
import { checkAgreement } from './agreement.js';
import { judge, type Seen, type Verdict } from './checker.js';
import type { Violation } from './checks/violation.js';
import { CONSULTATIONS, ENDED, endConsultation, openClinic } from './clinic.js';
import { type Figures, thresholdsOf } from './coverage.js';
import { type Crossings, countCrossings } from './crossings.js';
import { openDevices } from './devices/open-devices.js';
import type { FleetKind } from './faults/kinds.js';
import { runFaults } from './faults/run-faults.js';
import { createSerialQueue } from './faults/serial-queue.js';
import type { Stage } from './faults/stage.js';
import { type ReadLog, readCounted, readFinalLog, readHeads } from './final-log.js';
import { createRecorder, type FinalLog, type History } from './history.js';
import { agreeOnInboxes, type WatchedInboxes, watchInboxesOf } from './inboxes.js';
import { keepHistory } from './keep-history.js';
import { COMPARISON_ROUNDS } from './neighbour/comparison.js';
import { type Neighbourhood, openNeighbourhood } from './neighbour/neighbourhood.js';
import { judgeNeighbour, lastNotes, MAX_RESIDENT_MIB, type NeighbourVerdict } from './neighbour/verdict.js';
import { createRandom } from './random.js';
import { type Fleet, openFleet } from './server/fleet.js';
import type { TcpProxy } from './tcp-proxy.js';
import { signTokens } from './tokens.js';
import { MIB_OF_A_SERVER, watchRun } from './watch-run.js';
import { sayThrough } from './words-of-each-process.js';
import { type Actor, createActor } from './workload.js';

/** Beside load and faults, not at all, or beside the load alone. */
export const NEIGHBOUR_MODES = ['on', 'off', 'only'] as const;
export type NeighbourMode = (typeof NEIGHBOUR_MODES)[number];

export interface ChaosOptions extends FleetKind {
  readonly seed: string;
  /** How long load and faults go on at least; nothing is expected to be done within it. */
  readonly loadMs: number;
  readonly neighbour: NeighbourMode;
  /** Clients of the reconnect storm. */
  readonly crowd: number;
  /** Each phase without the neighbour, and each beside it. */
  readonly phaseMs: number;
  /** The servers' logs, and the history of a run that failed. */
  readonly directory: string;
  readonly say: (line: string) => void;
}

export interface ChaosResult extends Verdict {
  /** How often the server ended by itself. */
  readonly crashes: number;
  /** null where there was no neighbour. */
  readonly neighbour: NeighbourVerdict | null;
  /** What was wrong beside the history, in sentences. */
  readonly problems: readonly string[];
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
  const { directory, processes, peers } = options;
  await mkdir(directory, { recursive: true });
  const postgres = await startPostgresCluster();
  const redis = processes > 1 && peers === 'redis' ? await startRedis() : null;
  let fleet: Fleet | null = null;
  try {
    const { databaseUrl } = postgres;
    await openClinic(databaseUrl, Date.now(), options.loadMs + comparisonMs(options));
    fleet = await openFleet({ processes, databaseUrl, redisUrl: redis?.url ?? null, directory });
    await fleet.start();
    return await runOn({ fleet, postgres, redis }, options);
  } finally {
    await fleet?.kill();
    await fleet?.close();
    await redis?.stop();
    await postgres.stop();
  }
}

/** What is started for a run. */
interface Machinery {
  readonly fleet: Fleet;
  readonly postgres: PostgresCluster;
  readonly redis: RunningRedis | null;
}

async function openStage(machinery: Machinery, { seed, crowd }: ChaosOptions): Promise<[Stage, Crossings]> {
  const networks = new Map<string, TcpProxy>();
  // The port names the process.
  const crossings = countCrossings(createRecorder(), (device) => networks.get(device)?.target ?? null);
  const { recorder } = crossings;
  const tokenOf = await signTokens();
  const devices = await openDevices(machinery.fleet, tokenOf, recorder, createRandom(seed).fork('devices'));
  for (const { id, proxy } of devices) networks.set(id, proxy);
  const queues = {
    postgresQueue: createSerialQueue(),
    redisQueue: createSerialQueue(),
    networkQueue: createSerialQueue(),
  };
  return [{ seed, crowd, ...machinery, devices, recorder, tokenOf, ...queues }, crossings];
}

async function runOn(machinery: Machinery, options: ChaosOptions): Promise<ChaosResult> {
  const { seed, say } = options;
  const { fleet, postgres } = machinery;
  const random = createRandom(seed);
  const [stage, crossings] = await openStage(machinery, options);
  const { devices, recorder } = stage;
  const actors = devices.map((device) => createActor(device, random.fork(`actor/${device.id}`)));
  let isOver = false;
  let neighbourhood: Neighbourhood | null = null;
  const inboxes = watchInboxesOf(stage);
  const watched = watchRun(fleet, recorder.history(), say);
  try {
    await talkBeforeTheEnd(stage, actors);
    if (options.neighbour !== 'off') neighbourhood = await openNeighbourhood(stage, say);
    const talking = Promise.all(actors.map((actor) => actor.run(() => isOver)));
    await Promise.race([troubleThem(stage, neighbourhood, options), talking]);
    isOver = true;
    say('the troubles are over; waiting for what is under way');
    await talking;
    const violations = [
      ...(await agreeWhileQuiet(stage, inboxes, say)),
      ...(fleet.members.length === 1 ? [] : await agree(stage, say)),
      ...(await agreeOnInboxes(inboxes, counted(stage), say)),
    ];
    await restartQuietly(fleet, postgres);
    const read = await converge(stage, say);
    await agreeOnInboxes(inboxes, counted(stage), say);
    const log = { ...read, inboxes: inboxes.views() };
    for (const { id, consultationId, sender, client } of devices) {
      recorder.device({ id, consultationId, sender, client, startsAfter: 0, stayed: true });
    }
    const report = neighbourhood?.report() ?? null;
    if (report !== null) for (const note of lastNotes(report.strikes)) say(`last strike of ${note}`);
    const neighbour = report === null ? null : judgeNeighbour(report);
    const figures = { 'live messages from another process': crossings.count, ...watched.figures() };
    const verdict = await conclude(recorder.history(), log, { violations, figures }, options);
    return { ...verdict, crashes: fleet.crashes, neighbour, problems: memoryProblems(figures) };
  } finally {
    isOver = true;
    watched.stop();
    inboxes.close();
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
async function talkBeforeTheEnd({ fleet, postgres }: Stage, actors: readonly Actor[]): Promise<void> {
  const talkers = actors.filter(({ device }) => device.consultationId === ENDED);
  for (let word = 0; word < WORDS_BEFORE_THE_END; word += 1) {
    await Promise.all(talkers.map((actor) => actor.say()));
  }
  await fleet.stop();
  await endConsultation(postgres.databaseUrl, ENDED);
  await fleet.start();
}

function agree(
  { fleet, devices, tokenOf, postgres }: Stage,
  say: (line: string) => void,
): Promise<readonly Violation[]> {
  const heads = (): Promise<ReadonlyMap<string, number>> => readHeads(postgres.databaseUrl);
  return checkAgreement({ fleet, devices, tokenOf, heads, say });
}

/** Before anybody comes or goes: that tells an inbox anew, and would hide what it was not told before. */
async function agreeWhileQuiet(
  stage: Stage,
  inboxes: WatchedInboxes,
  say: (line: string) => void,
): Promise<readonly Violation[]> {
  const violations = [...(await agreeOnInboxes(inboxes, counted(stage), say))];
  for (const member of stage.fleet.members) {
    await sayThrough(stage, member);
    violations.push(...(await agreeOnInboxes(inboxes, counted(stage), say)));
  }
  return violations;
}

function counted({ postgres }: Stage): () => ReturnType<typeof readCounted> {
  return () => readCounted(postgres.databaseUrl, CONSULTATIONS);
}

/** Nothing that was under way in a server or in PostgreSQL outlives this. */
async function restartQuietly(fleet: Fleet, { databaseUrl }: PostgresCluster): Promise<void> {
  await fleet.stop();
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
  await fleet.start();
}

/** Waits until every device has everything, or none gets any further. */
async function converge(
  { devices, fleet, postgres, tokenOf, recorder }: Stage,
  say: (line: string) => void,
): Promise<ReadLog> {
  const urls = fleet.members.map(({ server }) => `http://127.0.0.1:${server.port}`);
  const log = await readFinalLog(urls, tokenOf, postgres.databaseUrl, CONSULTATIONS, recorder);
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

/** However long it runs, and whatever happens to it. */
function memoryProblems(figures: Figures): readonly string[] {
  const most = figures[MIB_OF_A_SERVER] ?? 0;
  if (most <= MAX_RESIDENT_MIB) return [];
  return [`a server held ${most} MiB, at most ${MAX_RESIDENT_MIB} are expected`];
}

async function conclude(
  history: History,
  log: FinalLog,
  seen: Seen,
  { neighbour, directory, processes, peers }: ChaosOptions,
): Promise<Verdict> {
  // Without faults, what they make possible is not needed.
  const thresholds = neighbour === 'only' ? {} : thresholdsOf({ processes, peers });
  const verdict = judge(history, log, thresholds, seen);
  if (verdict.violations.length > 0) {
    await keepHistory(join(directory, 'history'), history, log);
  }
  return verdict;
}
