import type { Worker } from 'node:cluster';
import { SECOND_MS } from '../../domain/instant.js';
import type { Calls } from './calls.js';
import type { AskedOfWorker, ToPrimary, ToWorker } from './messages.js';

/** How long a worker may take to stop after it has drained, in ms. */
const WORKER_STOP_LIMIT_MS = 3_000;
/**
 * How long a worker that does not serve yet may take to give up, in ms. It has nothing to lose, and the start has to
 * end PostgreSQL within the same 5 s.
 */
const GIVE_UP_LIMIT_MS = 1_000;

/** A running worker. */
export interface Running {
  readonly worker: Worker;
  readonly calls: Calls<ToWorker, AskedOfWorker>;
  /** On the monotonic clock, in ms; null while it does not listen yet. */
  listeningSince: number | null;
  /** Why the worker ends; null if it has not said so. */
  sentence: Extract<ToPrimary, { type: 'failed' }>['sentence'] | null;
}

/** Ends all workers. */
export interface Ending {
  hasBegun(): boolean;
  /** Called when a worker has ended. */
  ended(): void;
  /**
   * Resolves when all workers have ended. Those that do not end in time are killed. A further call may shorten the
   * draining.
   */
  begin(drainSeconds: number): Promise<void>;
}

export function createEnding(running: ReadonlyMap<number, Running>): Ending {
  let tellGone: () => void = () => {};
  let limit: NodeJS.Timeout | undefined;
  let giveUpLimit: NodeJS.Timeout | undefined;
  let gone: Promise<void> | undefined;

  function ended(): void {
    if (running.size > 0) return;
    clearTimeout(limit);
    clearTimeout(giveUpLimit);
    tellGone();
  }

  function kill(those: (worker: Running) => boolean): void {
    for (const each of running.values()) if (those(each)) each.worker.process.kill('SIGKILL');
  }

  return {
    hasBegun: () => gone !== undefined,
    ended,
    begin: (drainSeconds) => {
      gone ??= new Promise<void>((resolve) => {
        tellGone = resolve;
      });
      clearTimeout(limit);
      limit = setTimeout(kill, drainSeconds * SECOND_MS + WORKER_STOP_LIMIT_MS, () => true);
      giveUpLimit ??= setTimeout(kill, GIVE_UP_LIMIT_MS, doesNotServe);
      for (const { calls } of running.values()) calls.tell({ type: 'stop', drainSeconds });
      ended();
      return gone;
    },
  };
}

function doesNotServe({ listeningSince }: Running): boolean {
  return listeningSince === null;
}
