import type { PostgresCluster } from '../../support/postgres-cluster.js';
import type { ChaosDevice } from '../devices/device.js';
import type { RawDevice } from '../devices/raw-device.js';
import type { Recorder } from '../history.js';
import type { ChaosServer } from '../server/chaos-server.js';
import type { TokenOf } from '../tokens.js';
import type { Turn } from './turns.js';

/** Everything that a fault can break. What overlapping faults must not break at the same time has turns. */
export interface Stage {
  readonly seed: string;
  readonly server: ChaosServer;
  readonly postgres: PostgresCluster;
  readonly devices: readonly ChaosDevice[];
  readonly recorder: Recorder;
  readonly tokenOf: TokenOf;
  readonly serverTurn: Turn;
  readonly postgresTurn: Turn;
  readonly networkTurn: Turn;
}

export interface Effect {
  /** Whether it was seen to do something. */
  readonly effective: boolean;
  readonly note: string;
}

export function rawDevicesOf(stage: Stage): readonly RawDevice[] {
  return stage.devices.filter((device): device is RawDevice => device.client === 'raw');
}
