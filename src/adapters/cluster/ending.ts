import type { Worker } from 'node:cluster';
import { SECOND_MS } from '../../domain/instant.js';
import type { Calls } from './calls.js';
import type { AskedOfWorker, ToPrimary, ToWorker } from './messages.js';

/** How long a worker may take to stop after it has drained, in ms. */
const WORKER_STOP_LIMIT_MS = 3_000;

/** A worker that runs. */
export interface Running {
  readonly worker: Worker;
  readonly calls: Calls<ToWorker, AskedOfWorker>;
  isListening: boolean;
  /** Why it ends; null where it has not said so. */
  sentence: Extract<ToPrimary, { type: 'failed' }>['sentence'] | null;
}

/** The end of all workers. */
export interface Ending {
  hasBegun(): boolean;
  /** Called when one of them has ended. */
  ended(): void;
  /** Resolves when all have ended; those that do not in time are killed. Another call may shorten the draining. */
  begin(drainSeconds: number): Promise<void>;
}

export function createEnding(running: ReadonlyMap<number, Running>): Ending {
  let tellGone: () => void = () => {};
  let limit: NodeJS.Timeout | undefined;
  let gone: Promise<void> | undefined;

  function ended(): void {
    if (running.size > 0) return;
    clearTimeout(limit);
    tellGone();
  }

  function kill(): void {
    for (const { worker } of running.values()) worker.process.kill('SIGKILL');
  }

  return {
    hasBegun: () => gone !== undefined,
    ended,
    begin: (drainSeconds) => {
      gone ??= new Promise<void>((resolve) => {
        tellGone = resolve;
      });
      clearTimeout(limit);
      limit = setTimeout(kill, drainSeconds * SECOND_MS + WORKER_STOP_LIMIT_MS);
      for (const { calls } of running.values()) calls.tell({ type: 'stop', drainSeconds });
      ended();
      return gone;
    },
  };
}
