import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../random.js';
import { stepClockBack, stepClockForwards } from './clock-faults.js';
import { cutDatabaseLink, cutRedisLink, delayDatabaseLink, delayRedisLink } from './engine-link-faults.js';
import { freezeServer, killServerBeforePublish, restartInTurn } from './fleet-faults.js';
import { type FaultKind, leastEffectsOf, roundOf } from './kinds.js';
import { cutConnections, severConnections, slowNetwork, stallConnections } from './network-faults.js';
import { type PlannedFault, planFaults } from './plan.js';
import { freezePostgres, killPostgres } from './postgres-faults.js';
import { stormWithReconnects } from './reconnect-storm.js';
import { freezeRedis, killRedis } from './redis-faults.js';
import { killServer, killServerBeforeAnswer, redeployServer } from './server-faults.js';
import { stopReading } from './slow-reader.js';
import type { Effect, Stage } from './stage.js';

const FAULTS: Readonly<Record<FaultKind, (stage: Stage, random: Random) => Promise<Effect>>> = {
  'server-killed': killServer,
  'server-killed-before-answer': killServerBeforeAnswer,
  'server-redeployed': redeployServer,
  'postgres-killed': killPostgres,
  'postgres-frozen': freezePostgres,
  'connections-cut': cutConnections,
  'connections-half-open': severConnections,
  'connections-stalled': stallConnections,
  'network-slow': slowNetwork,
  'reader-stopped': stopReading,
  'reconnect-storm': stormWithReconnects,
  'clock-stepped-forwards': stepClockForwards,
  'clock-stepped-back': stepClockBack,
  'server-killed-before-publish': killServerBeforePublish,
  'server-frozen': freezeServer,
  'servers-restarted-in-turn': restartInTurn,
  'database-link-cut': cutDatabaseLink,
  'database-link-delayed': delayDatabaseLink,
  'redis-killed': killRedis,
  'redis-frozen': freezeRedis,
  'redis-link-cut': cutRedisLink,
  'redis-link-delayed': delayRedisLink,
};

/** Rounds after which a kind that never had an effect is left to the checker's thresholds. */
const MOST_ROUNDS_FOR_EFFECT = 4;

/**
 * One planned fault after the other until it is over, and for as long as there is a kind that has not had its effect.
 * Resolves when all of them are mended again.
 */
export async function runFaults(
  stage: Stage,
  isOver: () => boolean,
  say: (line: string) => void,
): Promise<void> {
  const { fleet, redis } = stage;
  const peers = redis === null ? 'postgres' : 'redis';
  const kind = { processes: fleet.members.length, peers } as const;
  const round = roundOf(kind);
  const missing = new Map(leastEffectsOf(kind));
  const inFlight = new Set<Promise<void>>();
  const startedAt = stage.recorder.now();

  function hadEffect(kind: FaultKind): void {
    const left = (missing.get(kind) ?? 0) - 1;
    if (left > 0) missing.set(kind, left);
    else missing.delete(kind);
  }

  async function fire({ kind, number, random }: PlannedFault): Promise<void> {
    const at = stage.recorder.now();
    const { effective, note } = await FAULTS[kind](stage, random);
    stage.recorder.fault({ kind, at, effective, note });
    if (effective) hadEffect(kind);
    const [from, to] = [at, stage.recorder.now()].map((moment) => secondsOf(moment - startedAt));
    say(`fault ${number} ${kind} (${from} to ${to} s): ${note}${effective ? '' : ' (without effect)'}`);
  }

  const most = MOST_ROUNDS_FOR_EFFECT * round.length;
  for (const planned of planFaults(stage.seed, round)) {
    if (isOver() && (missing.size === 0 || planned.number > most)) break;
    await delay(planned.calmMs);
    const fired = fire(planned);
    inFlight.add(fired);
    // A fault that fails is a fault of the harness: it ends the run, here or below.
    fired.then(
      () => inFlight.delete(fired),
      () => {},
    );
    if (!planned.overlaps) await fired;
  }
  await Promise.all(inFlight);
}

function secondsOf(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
