import { setTimeout as delay } from 'node:timers/promises';
import { FAULT_KINDS, type FaultKind } from '../coverage.js';
import type { Random } from '../random.js';
import { stepClockBack, stepClockForwards } from './clock-faults.js';
import { cutConnections, severConnections, slowNetwork, stallConnections } from './network-faults.js';
import { type PlannedFault, planFaults } from './plan.js';
import { freezePostgres, killPostgres } from './postgres-faults.js';
import { stormWithReconnects } from './reconnect-storm.js';
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
  const missing = new Set<FaultKind>(FAULT_KINDS);
  const underWay = new Set<Promise<void>>();

  async function fire({ kind, number, random }: PlannedFault): Promise<void> {
    const at = stage.recorder.now();
    const { effective, note } = await FAULTS[kind](stage, random);
    stage.recorder.fault({ kind, at, effective, note });
    if (effective) missing.delete(kind);
    say(`fault ${number} ${kind}: ${note}${effective ? '' : ' (without effect)'}`);
  }

  const most = MOST_ROUNDS_FOR_EFFECT * FAULT_KINDS.length;
  for (const planned of planFaults(stage.seed)) {
    if (isOver() && (missing.size === 0 || planned.number > most)) break;
    await delay(planned.calmMs);
    const fired = fire(planned);
    underWay.add(fired);
    // A fault that fails is a fault of the harness: it ends the run, here or below.
    fired.then(
      () => underWay.delete(fired),
      () => {},
    );
    if (!planned.overlaps) await fired;
  }
  await Promise.all(underWay);
}
