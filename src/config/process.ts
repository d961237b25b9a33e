import { z } from 'zod';
import { ConfigError } from './config-error.js';
import type { PeersConfig } from './peers.js';
import { whole } from './whole.js';

/** The longest time for draining. Nobody waits longer for a process to stop. */
const MAX_DRAIN_SECONDS = 600;
export const DEFAULT_DRAIN_SECONDS = 10;
const MAX_WORKERS = 256;

/** How the server runs, as one process or several. A host application decides this for itself. */
export const processVariables = {
  DRAIN_SECONDS: whole(0, MAX_DRAIN_SECONDS).optional(),
  WORKERS: z
    .union([z.literal('auto'), whole(1, MAX_WORKERS)], {
      error: `must be auto, or a whole number from 1 to ${MAX_WORKERS}`,
    })
    .optional(),
};

interface ProcessValues {
  readonly DRAIN_SECONDS?: number | undefined;
  readonly WORKERS?: number | 'auto' | undefined;
}

export interface ProcessConfig {
  /** Over how many seconds clients are sent away before the server stops. */
  readonly drainSeconds: number;
  /** How many processes serve; `auto` for one on each core; null if this process serves. */
  readonly workers: number | 'auto' | null;
}

export function decideProcess(
  { DRAIN_SECONDS, WORKERS }: ProcessValues,
  { peers }: Pick<PeersConfig, 'peers'>,
): ProcessConfig {
  return {
    // Without peers there is no other process to which the clients could go.
    drainSeconds: DRAIN_SECONDS ?? (peers === 'none' ? 0 : DEFAULT_DRAIN_SECONDS),
    workers: WORKERS ?? null,
  };
}

/**
 * Checks the seconds that a host application gives.
 *
 * @throws {ConfigError} for anything but such a number.
 */
export function checkDrainSeconds(seconds: number): number {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_DRAIN_SECONDS) return seconds;
  throw new ConfigError(`drainChatSocket needs a whole number of seconds from 0 to ${MAX_DRAIN_SECONDS}`);
}
