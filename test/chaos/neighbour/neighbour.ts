import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { platform } from 'node:os';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { FromNeighbour, ToNeighbour } from './messages.js';
import type { StrikeDone, Target } from './strike.js';

const SOURCE = fileURLToPath(new URL('./main.ts', import.meta.url));
const PROGRAM = fileURLToPath(
  new URL('../../../node_modules/.cache/chaos/programs/neighbour.mjs', import.meta.url),
);
/** A strike that is told to end does so in a second or two. */
const STOP_LIMIT_MS = 30_000;

/** Every address of 127.0.0.0/8 is this machine's on Linux; elsewhere the neighbour shares that of the others. */
export const NEIGHBOUR_ADDRESS = platform() === 'linux' ? '127.0.0.2' : null;

/** A hostile neighbour of those who behave, as a process of its own, so that its work is not done by who measures. */
export interface Neighbour {
  /** What its strikes have come to so far. */
  readonly strikes: readonly StrikeDone[];
  start(): void;
  /** Resolves when it has nothing open any more. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

export async function openNeighbour(target: Target, seed: string): Promise<Neighbour> {
  await build({
    entryPoints: [SOURCE],
    outfile: PROGRAM,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  const strikes: StrikeDone[] = [];
  const child: ChildProcess = fork(PROGRAM, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const exited = once(child, 'exit');
  let starts = 0;
  let isAttacking = false;
  let stopped = (): void => {};
  child.on('message', (message: FromNeighbour) => {
    if (message.type === 'strike') strikes.push(message.strike);
    else stopped();
  });
  const tell = (message: ToNeighbour): void => void child.send(message);

  async function stop(): Promise<void> {
    if (!isAttacking) return;
    isAttacking = false;
    const ended = new Promise<void>((resolve) => {
      stopped = resolve;
    });
    tell({ type: 'stop' });
    const signal = AbortSignal.timeout(STOP_LIMIT_MS);
    const tooLate = once(signal, 'abort').then(() => {
      throw new Error('the neighbour does not stop');
    });
    const gone = exited.then(([code]) => {
      throw new Error(`the neighbour ended by itself with ${code}`);
    });
    await Promise.race([ended, gone, tooLate]);
  }

  return {
    strikes,
    start: () => {
      if (isAttacking) return;
      isAttacking = true;
      starts += 1;
      tell({ type: 'start', target, seed: `${seed}/neighbour/${starts}` });
    },
    stop,
    close: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
