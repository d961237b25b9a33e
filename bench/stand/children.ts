import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A process of ours that answers questions over its channel. */
export interface Child {
  readonly pid: number;
  /** When it was started, in ms of `performance.now()`. */
  readonly startedAt: number;
  send(message: object): void;
  /**
   * Sends a question with an id, and resolves with the answer.
   *
   * @throws the failure that the child answers with, and when the child ends.
   */
  ask(question: object): Promise<unknown>;
  /**
   * The first line of the standard output for which `test` is true.
   *
   * @throws when the process ends without such a line.
   */
  line(test: (line: string) => boolean): Promise<string>;
  /** Sends SIGTERM, and SIGKILL if that takes too long. Resolves when the process is gone. */
  end(): Promise<void>;
}

export interface ChildOptions {
  readonly name: string;
  /** Arguments for node. */
  readonly node: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The core that the process is bound to; null for any. */
  readonly core: number | null;
}

const END_LIMIT_MS = 8_000;
const STDERR_LINES = 30;
/** Recognises a line of the product's log that reports a failure. */
const FAILURE = /"level":"(?:error|fatal)"/;
const alive = new Set<Child>();

/** Ends all children that are still running. */
export async function endAllChildren(): Promise<void> {
  await Promise.all([...alive].map((child) => child.end()));
}

interface Answered {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

export function startChild({ name, node, env = {}, core }: ChildOptions): Child {
  const command = core === null ? [process.execPath] : ['taskset', '-c', String(core), process.execPath];
  const [program = process.execPath, ...parameters] = [...command, ...node];
  const startedAt = performance.now();
  const process_ = spawn(program, parameters, {
    env: { ...environment(), ...env },
    // The child has a process group of its own, so that Ctrl-C reaches only this process, which then ends the child
    // in order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const { pid } = process_;
  if (pid === undefined) throw new Error(`${name} could not be started`);
  const output = watchOutput(process_);
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let nextId = 1;
  process_.on('message', (message: Answered) => {
    const waiter = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error === undefined) waiter?.resolve(message.result);
    else waiter?.reject(new Error(`${name}: ${message.error}`));
  });
  process_.on('error', () => {});
  let isOver = false;
  const exited = once(process_, 'exit').then(() => {
    isOver = true;
    alive.delete(child);
    for (const { reject } of waiting.values()) reject(ending());
  });
  const ending = (): Error => new Error(`${name} ended by itself:\n${output.stderr.join('\n')}`);
  const child: Child = {
    pid,
    startedAt,
    send: (message) => void process_.send(message),
    ask: (question) => {
      if (isOver) return Promise.reject(ending());
      const id = nextId;
      nextId += 1;
      const answer = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
      process_.send({ id, ...question });
      return answer;
    },
    line: (test) => Promise.race([output.line(test), exited.then(() => Promise.reject(ending()))]),
    end: async () => {
      if (isOver) return;
      process_.kill('SIGTERM');
      const killer = setTimeout(() => process_.kill('SIGKILL'), END_LIMIT_MS);
      await exited;
      clearTimeout(killer);
    },
  };
  alive.add(child);
  return child;
}

/** The environment without variables that would change what is measured. */
function environment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'SYSTEMROOT'];
  return Object.fromEntries(kept.map((name) => [name, process.env[name]]));
}

function watchOutput({ stdout, stderr }: ChildProcess) {
  const errors: string[] = [];
  const waiters = new Set<(line: string) => void>();
  if (stderr !== null) {
    createInterface({ input: stderr }).on('line', (line) => {
      errors.push(line);
      if (errors.length > STDERR_LINES) errors.shift();
    });
  }
  if (stdout !== null) {
    createInterface({ input: stdout }).on('line', (line) => {
      // Anybody who sees refused messages in the result wants to know why.
      if (FAILURE.test(line)) process.stderr.write(`${line}\n`);
      for (const waiter of waiters) waiter(line);
    });
  }
  const line = (test: (line: string) => boolean): Promise<string> =>
    new Promise((resolve) => {
      const waiter = (candidate: string): void => {
        if (!test(candidate)) return;
        waiters.delete(waiter);
        resolve(candidate);
      };
      waiters.add(waiter);
    });
  return { stderr: errors, line };
}
