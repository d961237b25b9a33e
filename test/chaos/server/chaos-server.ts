import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { TEST_SECRET } from '../../support/tokens.js';
import { AUDIENCE } from '../tokens.js';

const MAIN = fileURLToPath(new URL('../../../dist/main.js', import.meta.url));
const PRELOAD = new URL('./clock-preload.mjs', import.meta.url).href;
/** As `npm start` has them. */
const SHIPPED_FLAGS = ['--max-semi-space-size=64'];
/**
 * What the load does is more than people do, and hundreds of its devices are one person's. All other limits are those
 * that ship; the neighbour keeps within these by itself.
 */
const RATES = Object.fromEntries(
  ['MESSAGES', 'JOINS', 'READS', 'READ_MARKS', 'HANDSHAKES']
    .flatMap((kind) => [`RATE_LIMIT_${kind}_PER_MINUTE`, `RATE_LIMIT_${kind}_BURST`])
    .map((name) => [name, '1000000']),
);
/** A line of the log that tells of a reader who was cut off. */
const CUT_OFF = /"event":"connection\.backlog".*"connectionId":"([^"]+)"/;
/** Between two attempts to start while the database is away. */
const RESTART_PAUSE_MS = 200;
/** The database is back long before; what still cannot start then never will. */
const MAX_START_ATTEMPTS = 200;

export interface ChaosServer {
  readonly port: number;
  /** How often it ended without having been told to. */
  readonly crashes: number;
  /** Of the life that runs now; null between two. */
  readonly pid: number | null;
  /** How far its clock goes ahead of the machine's, in ms. */
  readonly clockOffsetMs: number;
  /** Resolves when it listens; tries again while it cannot start, as any supervisor does. */
  start(): Promise<void>;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** SIGTERM, as for a new release. @returns the exit code, null where a signal ended it or nothing ran. */
  stop(): Promise<number | null>;
  /** SIGSTOP. @returns whether something ran. */
  freeze(): boolean;
  /** SIGCONT. */
  goOn(): void;
  /** Whether it has cut off that reader, who did not keep up, by its log. */
  hasCut(connectionId: string): boolean;
  /**
   * Its clock goes `offsetMs` ahead of the machine's from now on, in later lives too.
   * @returns whether a running server has answered with clocks that it made.
   */
  stepClock(offsetMs: number): Promise<boolean>;
}

export interface ChaosServerOptions {
  readonly port: number;
  readonly databaseUrl: string;
  /** All its lives write their log here. */
  readonly logFile: string;
  /** Of its clock in its first life, in ms. */
  readonly clockOffsetMs: number;
  /** Settings beyond those that all have. */
  readonly settings: Readonly<Record<string, string>>;
}

/** The built server as a process of its own, in as many lives as it takes. */
export function createChaosServer(options: ChaosServerOptions): ChaosServer {
  const { port, databaseUrl, logFile, settings } = options;
  const log = createWriteStream(logFile, { flags: 'a' });
  let child: ChildProcess | null = null;
  let isExpectedToEnd = false;
  let crashes = 0;
  const readersCut = new Set<string>();
  let offsetMs = options.clockOffsetMs;

  function spawn(): ChildProcess {
    const env = {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      PORT: String(port),
      DATABASE_URL: databaseUrl,
      CHAT_JWT_SECRET: TEST_SECRET,
      CHAT_JWT_AUDIENCE: AUDIENCE,
      ...RATES,
      DOCTOR_READY_INTERVAL_MS: '1000',
      EXPIRY_SWEEP_INTERVAL_MS: '500',
      DRAIN_SECONDS: '0',
      LOG_LEVEL: 'info',
      CHAOS_CLOCK_OFFSET_MS: String(offsetMs),
      ...settings,
    };
    const spawned = fork(MAIN, { env, execArgv: [...SHIPPED_FLAGS, '--import', PRELOAD], silent: true });
    spawned.stderr?.pipe(log, { end: false });
    return spawned;
  }

  /** @returns the process once it listens, null when it ended before. */
  async function launch(): Promise<ChildProcess | null> {
    const launched = spawn();
    const listening = new Promise<ChildProcess | null>((resolve) => {
      launched.once('exit', () => resolve(null));
      if (launched.stdout === null) return;
      createInterface({ input: launched.stdout }).on('line', (line) => {
        log.write(`${line}\n`);
        if (line.includes('"server.listening"')) resolve(launched);
        const [, cut] = CUT_OFF.exec(line) ?? [];
        if (cut !== undefined) readersCut.add(cut);
      });
    });
    return listening;
  }

  function watch(started: ChildProcess): void {
    started.once('exit', (code, signal) => {
      if (child === started) child = null;
      if (isExpectedToEnd) return;
      crashes += 1;
      log.write(`{"event":"chaos.crash","code":${code},"signal":"${signal}"}\n`);
    });
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    const ending = child;
    if (ending === null) return null;
    isExpectedToEnd = true;
    const exited = once(ending, 'exit');
    ending.kill(signal);
    const [code] = await exited;
    return code;
  }

  return {
    port,
    get crashes() {
      return crashes;
    },
    get pid() {
      return child?.pid ?? null;
    },
    freeze: () => child?.kill('SIGSTOP') ?? false,
    goOn: () => {
      child?.kill('SIGCONT');
    },
    hasCut: (connectionId) => readersCut.has(connectionId),
    get clockOffsetMs() {
      return offsetMs;
    },
    start: async () => {
      for (let attempt = 1; child === null; attempt += 1) {
        const launched = await launch();
        if (launched === null) {
          if (attempt >= MAX_START_ATTEMPTS) throw new Error(`the server cannot start: see ${logFile}`);
          await delay(RESTART_PAUSE_MS);
          continue;
        }
        isExpectedToEnd = false;
        child = launched;
        watch(launched);
      }
    },
    kill: async () => {
      await end('SIGKILL');
    },
    stop: () => end('SIGTERM'),
    stepClock: async (next) => {
      offsetMs = next;
      const stepped = child;
      if (stepped === null) return false;
      const answered = once(stepped, 'message').then(([answer]) => answer.clocksMade > 0);
      const gone = once(stepped, 'exit').then(() => false);
      stepped.send({ offsetMs: next }, () => {});
      return Promise.race([answered, gone]);
    },
  };
}
