import cluster from 'node:cluster';
import { createInterface } from 'node:readline';
import type { Logger } from '../../application/ports/logger.js';
import { createCalls } from './calls.js';
import { createEnding, type Running } from './ending.js';
import type { AskedOfPrimary, AskedOfWorker, Serving, ToPrimary, ToWorker } from './messages.js';
import { createRestarts, MAX_FAILED_STARTS, type Restarts } from './restarts.js';

export interface SupervisorOptions {
  readonly count: number;
  /** The path of a worker's program. */
  readonly exec: string;
  readonly serving: Omit<Serving, 'worker'>;
  readonly logger: Logger;
  /** Called with each line that a worker logs, its newline included. */
  readonly passOn: (line: string) => void;
  readonly answer: (question: AskedOfPrimary) => Promise<unknown>;
  /** Called when it is useless to go on; the sentence says why. */
  readonly failed: (sentence: string) => void;
  /** When workers are started again; `createRestarts()` when left out. */
  readonly restarts?: Restarts;
}

/** Where the server can be reached. */
interface Listening {
  readonly url: string;
  readonly page: string;
}

export interface Supervisor {
  /** Resolves when all workers listen for the first time. */
  readonly listening: Promise<Listening>;
  /** The answers of those workers that answer in time. */
  ask(question: AskedOfWorker): Promise<readonly unknown[]>;
  /** Ends all workers, and kills those that do not end in time. A further call may shorten the draining. */
  stop(drainSeconds: number): Promise<void>;
}

/** Starts the workers, and another one in the place of each that ends. */
export function superviseWorkers(options: SupervisorOptions): Supervisor {
  const { count, exec, logger, passOn, answer, failed, restarts = createRestarts() } = options;
  const running = new Map<number, Running>();
  const haveListened = new Set<number>();
  const ending = createEnding(running);
  let { port } = options.serving;
  let tellListening: (at: Listening) => void = () => {};
  const listening = new Promise<Listening>((resolve) => {
    tellListening = resolve;
  });
  // The workers' logs go through the primary, line by line, because processes that share an output write into each
  // other's lines.
  cluster.setupPrimary({ exec, args: [], stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });

  function start(slot: number): void {
    if (ending.hasBegun()) return;
    const worker = cluster.fork();
    const calls = createCalls<ToWorker, AskedOfWorker, ToPrimary, AskedOfPrimary>(worker.process, {
      told: (message) => heard(slot, state, message),
      answer,
    });
    const state: Running = { worker, calls, listeningSince: null, sentence: null };
    running.set(slot, state);
    const { stdout } = worker.process;
    if (stdout !== null) createInterface({ input: stdout }).on('line', (line) => passOn(`${line}\n`));
    worker.on('error', () => {});
    worker.on('exit', (code, signal) => ended(slot, state, code ?? signal));
  }

  function heard(slot: number, state: Running, message: ToPrimary): void {
    if (message.type === 'failed') state.sentence = message.sentence;
    else if (message.type === 'listening') isListening(slot, state, message);
    else {
      state.calls.tell({ type: 'serve', serving: { ...options.serving, port, worker: slot } });
      // This worker was started after the others had been told to stop.
      if (ending.hasBegun()) state.calls.tell({ type: 'stop', drainSeconds: 0 });
    }
  }

  function isListening(slot: number, state: Running, { url, page }: Listening): void {
    const isFirst = haveListened.size === 0;
    state.listeningSince = performance.now();
    haveListened.add(slot);
    logger.info('worker.started', { worker: slot, pid: state.worker.process.pid ?? 0 });
    // The others are started only now, because whatever keeps the first worker from serving would keep all of them
    // from it.
    if (isFirst) for (let other = 2; other <= count; other += 1) start(other);
    if (haveListened.size < count) return;
    tellListening({ url, page });
    // This port is used when no worker is left that keeps the address. Until then, workers find each other's port by
    // the one that was asked for.
    knownPort = Number(new URL(url).port || port);
  }

  let knownPort = port;

  function ended(slot: number, { listeningSince, sentence }: Running, code: number | string): void {
    running.delete(slot);
    if (ending.hasBegun()) {
      ending.ended();
      return;
    }
    const { pauseMs, isHopeless } = restarts.ended(slot, msSince(listeningSince));
    logger.warn('worker.ended', { worker: slot, code, reason: sentence ?? undefined });
    if (sentence !== null && haveListened.size === 0) failed(sentence);
    else if (isHopeless && !isServing()) failed(tooOften(slot, sentence));
    else {
      if (running.size === 0) port = knownPort;
      setTimeout(() => start(slot), pauseMs);
    }
  }

  /** Whether all have come to listen once, and some still do: whoever is connected to those must not suffer for the others. */
  function isServing(): boolean {
    const serve = [...running.values()].some(({ listeningSince }) => listeningSince !== null);
    return haveListened.size === count && serve;
  }

  start(1);
  return {
    listening,
    ask: async (question) => {
      const answers = await Promise.all([...running.values()].map(({ calls }) => calls.ask(question)));
      return answers.filter((value) => value !== undefined && value !== null);
    },
    stop: ending.begin,
  };
}

function msSince(at: number | null): number | null {
  return at === null ? null : performance.now() - at;
}

function tooOften(worker: number, sentence: string | null): string {
  const why = sentence === null ? '' : `: ${sentence}`;
  return `worker ${worker} ended ${MAX_FAILED_STARTS} times before it could serve${why}`;
}
