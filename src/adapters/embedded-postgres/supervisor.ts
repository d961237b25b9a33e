import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../../application/ports/logger.js';
import type { PostgresProcess } from './postgres-process.js';

/** The pauses before the first restarts that follow one another, in ms. All further ones take `LONGEST_PAUSE_MS`. */
const RESTART_PAUSES_MS = [0, 100, 500, 1_000, 2_000] as const;
const LONGEST_PAUSE_MS = 5_000;

/** A PostgreSQL that has run for so long, in ms, counts as sound. When it ends, the pauses begin from the start. */
const SOUND_AFTER_MS = 60_000;

/** Keeps one PostgreSQL running. */
export interface Supervisor {
  /** The process id of the postmaster that runs now, or ran last. */
  readonly pid: number;
  /** Ends PostgreSQL and every attempt to restart it. */
  stop(): Promise<void>;
}

/**
 * Watches a PostgreSQL and starts it again when it ends by itself: at once the first time, then with growing pauses of
 * at most {@link LONGEST_PAUSE_MS}, for as long as this process lives. What keeps PostgreSQL down, such as a full disk,
 * may pass, and nobody would say so.
 *
 * @param restart starts it again where clients expect it, on the same port; gives up when the signal aborts.
 * @param pause waits so many ms, and rejects when the signal aborts.
 */
export function supervisePostgres(
  first: PostgresProcess,
  restart: (signal: AbortSignal) => Promise<PostgresProcess>,
  logger: Logger,
  pause: (ms: number, signal: AbortSignal) => Promise<void> = (ms, signal) =>
    delay(ms, undefined, { signal }),
): Supervisor {
  const stopping = new AbortController();
  const { signal } = stopping;
  let current = first;
  let restarts = 0;

  /** Makes one attempt. Resolves with whether PostgreSQL runs again. */
  const tryRestart = async (pauseMs: number): Promise<boolean> => {
    try {
      await pause(pauseMs, signal);
      current = await restart(signal);
      logger.info('postgres.restarted', { pid: current.pid, port: current.port, restarts });
      return true;
    } catch (error) {
      if (!signal.aborted) logger.error('postgres.restart_failed', error, { restarts });
      return false;
    }
  };

  /** Tries until PostgreSQL runs again, or is to be stopped. Resolves with whether it runs again. */
  const bringBack = async (): Promise<boolean> => {
    while (!signal.aborted) {
      const pauseMs = RESTART_PAUSES_MS[restarts] ?? LONGEST_PAUSE_MS;
      restarts += 1;
      if (await tryRestart(pauseMs)) return true;
    }
    return false;
  };

  const watch = async (): Promise<void> => {
    do {
      const startedAt = performance.now();
      await current.exited;
      if (signal.aborted) return;
      if (performance.now() - startedAt > SOUND_AFTER_MS) restarts = 0;
      logger.warn('postgres.ended_by_itself', { pid: current.pid, restarts });
    } while (await bringBack());
  };
  const watching = watch();

  return {
    get pid() {
      return current.pid;
    },
    async stop() {
      stopping.abort();
      await current.stop();
      await watching;
      // A restart that succeeded at this moment has started another PostgreSQL.
      await current.stop();
    },
  };
}
