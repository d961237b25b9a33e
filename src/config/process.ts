import { z } from 'zod';
import { ConfigError } from './config-error.js';
import type { PeersConfig } from './peers.js';
import { whole } from './whole.js';

/** Nobody waits longer for a process that is to stop. */
const MAX_DRAIN_SECONDS = 600;
export const DEFAULT_DRAIN_SECONDS = 10;
const MAX_WORKERS = 256;

/** How the server runs as a process, or as several. What a host application does with its process is its own business. */
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
  /** How many processes serve, `auto` for one a core; null: this one does. */
  readonly workers: number | 'auto' | null;
}

export function decideProcess(
  { DRAIN_SECONDS, WORKERS }: ProcessValues,
  { peers }: Pick<PeersConfig, 'peers'>,
): ProcessConfig {
  return {
    // Without peers there is nowhere for the clients to go.
    drainSeconds: DRAIN_SECONDS ?? (peers === 'none' ? 0 : DEFAULT_DRAIN_SECONDS),
    workers: WORKERS ?? null,
  };
}

/** What a host application asks for. @throws {ConfigError} for what is none of these numbers. */
export function checkDrainSeconds(seconds: number): number {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_DRAIN_SECONDS) return seconds;
  throw new ConfigError(`drainChatSocket needs a whole number of seconds from 0 to ${MAX_DRAIN_SECONDS}`);
}
