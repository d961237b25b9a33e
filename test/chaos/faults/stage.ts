import type { PostgresCluster } from '../../support/postgres-cluster.js';
import type { RunningRedis } from '../../support/redis.js';
import type { ChaosDevice } from '../devices/device.js';
import type { RawDevice } from '../devices/raw-device.js';
import type { Recorder } from '../history.js';
import type { Fleet } from '../server/fleet.js';
import type { TokenOf } from '../tokens.js';
import type { SerialQueue } from './serial-queue.js';

/** Everything that a fault can break. What overlapping faults must not break at the same time has a queue. */
export interface Stage {
  readonly seed: string;
  /** Each process has a queue of its own. */
  readonly fleet: Fleet;
  readonly postgres: PostgresCluster;
  /** null where the processes hear of each other through PostgreSQL, or there is only one. */
  readonly redis: RunningRedis | null;
  readonly devices: readonly ChaosDevice[];
  readonly recorder: Recorder;
  readonly tokenOf: TokenOf;
  /** Clients that come back in the same moment. */
  readonly crowd: number;
  readonly postgresQueue: SerialQueue;
  readonly redisQueue: SerialQueue;
  readonly networkQueue: SerialQueue;
}

export interface Effect {
  /** Whether it was seen to do something. */
  readonly effective: boolean;
  readonly note: string;
}

export function rawDevicesOf(stage: Stage): readonly RawDevice[] {
  return stage.devices.filter((device): device is RawDevice => device.client === 'raw');
}
