import cluster, { type Worker } from 'node:cluster';
import { createInterface } from 'node:readline';
import type { Logger } from '../../application/ports/logger.js';
import { type Calls, createCalls } from './calls.js';

/** What the primary tells a worker. */
export type ToWorker =
  | { readonly type: 'serve'; readonly serving: Serving }
  | { readonly type: 'stop'; readonly drainSeconds: number };
/** What a worker tells the primary. */
export type ToPrimary =
  | { readonly type: 'hello' }
  | { readonly type: 'listening'; readonly url: string; readonly page: string }
  /** It ends; the sentence says why. */
  | { readonly type: 'failed'; readonly sentence: string };
export type AskedOfWorker = 'metrics';
export type AskedOfPrimary = 'metrics' | 'hasRoom';

/** All that a worker does not find out by itself. Holds a password: never log it. */
export interface Serving {
  /** From 1. The one that comes in its place has the same. */
  readonly worker: number;
  readonly port: number;
  readonly databaseUrl: string;
  readonly migrationUrl: string | null;
  /** Where the workers' doors are. */
  readonly directory: string;
}

export interface SupervisorOptions {
  readonly count: number;
  /** The program of a worker. */
  readonly exec: string;
  readonly serving: Omit<Serving, 'worker'>;
  readonly logger: Logger;
  /** Takes each line that a worker logs, its newline included. */
  readonly passOn: (line: string) => void;
  readonly answer: (question: AskedOfPrimary) => Promise<unknown>;
  /** Called when there is no use in going on; the sentence says why. */
  readonly failed: (sentence: string) => void;
}

export interface Supervisor {
  /** Resolves when all workers listen for the first time. */
  readonly listening: Promise<{ readonly url: string; readonly page: string }>;
  /** The answers of those that answer in time. */
  ask(question: AskedOfWorker): Promise<readonly unknown[]>;
  /** Ends all, those that do not end in time by force. Another call may shorten the draining. */
  stop(drainSeconds: number): Promise<void>;
}

/** A worker that ends so many times, one after the other, before it listens will not do so the next time either. */
const MAX_FAILED_STARTS = 5;
/** Between the end of a worker and the next start in its place, in ms; doubles with each start that fails. */
const BASE_PAUSE_MS = 100;
const MAX_PAUSE_MS = 5_000;
/** How long a worker may take to stop after it has drained, in ms. */
const WORKER_STOP_LIMIT_MS = 3_000;

interface Running {
  readonly worker: Worker;
  readonly calls: Calls<ToWorker, AskedOfWorker>;
  isListening: boolean;
  sentence: string | null;
}

/** Starts the workers, and another one in the place of each that ends. */
export function superviseWorkers(options: SupervisorOptions): Supervisor {
  const { count, exec, logger, passOn, answer, failed } = options;
  const slots = Array.from({ length: count }, (_, index) => index + 1);
  const running = new Map<number, Running>();
  const failedStarts = new Map<number, number>();
  const pauses = new Set<NodeJS.Timeout>();
  let { port } = options.serving;
  let isStopping = false;
  let haveListened = 0;
  let allGone: (() => void) | undefined;
  let tellListening: (at: { url: string; page: string }) => void = () => {};
  const listening = new Promise<{ url: string; page: string }>((resolve) => {
    tellListening = resolve;
  });
  // Not the terminal's own signals: the primary says when to stop. Its log goes through the primary, line by line.
  cluster.setupPrimary({ exec, args: [], stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });

  function start(slot: number): void {
    const worker = cluster.fork();
    const calls = createCalls<ToWorker, AskedOfWorker, ToPrimary, AskedOfPrimary>(worker.process, {
      told: (message) => heard(slot, state, message),
      answer,
    });
    const state: Running = { worker, calls, isListening: false, sentence: null };
    running.set(slot, state);
    const { stdout } = worker.process;
    if (stdout !== null) createInterface({ input: stdout }).on('line', (line) => passOn(`${line}\n`));
    worker.on('error', () => {});
    worker.on('exit', (code, signal) => ended(slot, state, code ?? signal));
  }

  function heard(slot: number, state: Running, message: ToPrimary): void {
    switch (message.type) {
      case 'hello':
        state.calls.tell({ type: 'serve', serving: { ...options.serving, port, worker: slot } });
        if (isStopping) state.calls.tell({ type: 'stop', drainSeconds: 0 });
        return;
      case 'failed':
        state.sentence = message.sentence;
        return;
      case 'listening':
        isListeningNow(slot, state, message);
    }
  }

  function isListeningNow(slot: number, state: Running, at: { url: string; page: string }): void {
    state.isListening = true;
    failedStarts.delete(slot);
    logger.info('worker.started', { worker: slot, pid: state.worker.process.pid ?? 0 });
    haveListened += 1;
    // What keeps the first one from serving keeps all of them.
    if (haveListened === 1) for (const other of slots.slice(1)) start(other);
    if (haveListened === count) tellListening(at);
    knownPort = Number(new URL(at.url).port);
  }

  let knownPort = port;

  function ended(slot: number, state: Running, code: number | string): void {
    running.delete(slot);
    if (isStopping) {
      if (running.size === 0) allGone?.();
      return;
    }
    logger.warn('worker.ended', { worker: slot, code });
    const failures = state.isListening ? 0 : (failedStarts.get(slot) ?? 0) + 1;
    failedStarts.set(slot, failures);
    if (state.sentence !== null && haveListened === 0) return failed(state.sentence);
    if (failures >= MAX_FAILED_STARTS) {
      const why = state.sentence === null ? '' : ` (${state.sentence})`;
      return failed(`Worker ${slot} ended ${failures} times before it could serve${why}`);
    }
    // Nobody keeps the address any more; with any other worker alive, its key is the port that was asked for.
    if (running.size === 0) port = knownPort;
    const pause = setTimeout(
      () => {
        pauses.delete(pause);
        start(slot);
      },
      Math.min(MAX_PAUSE_MS, BASE_PAUSE_MS * 2 ** failures),
    );
    pauses.add(pause);
  }

  let limit: NodeJS.Timeout | undefined;
  let gone: Promise<void> | undefined;

  function stop(drainSeconds: number): Promise<void> {
    isStopping = true;
    for (const pause of pauses) clearTimeout(pause);
    clearTimeout(limit);
    gone ??= new Promise<void>((resolve) => {
      allGone = resolve;
    });
    if (running.size === 0) allGone?.();
    for (const { calls } of running.values()) calls.tell({ type: 'stop', drainSeconds });
    limit = setTimeout(
      () => {
        for (const { worker } of running.values()) worker.process.kill('SIGKILL');
      },
      drainSeconds * 1_000 + WORKER_STOP_LIMIT_MS,
    );
    return gone.finally(() => clearTimeout(limit));
  }

  start(1);
  return {
    listening,
    ask: async (question) => {
      const answers = await Promise.all([...running.values()].map(({ calls }) => calls.ask(question)));
      return answers.filter((value) => value !== undefined && value !== null);
    },
    stop,
  };
}
