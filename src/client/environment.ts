/** Time and chance as the library uses them, so that a test can give its own. */
export interface Environment {
  /** Epoch ms. */
  now(): number;
  /** Calls `run` once after `ms`, never before this returns. */
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  /** At least 0, less than 1. */
  random(): number;
  /** 1 to 64 characters, never the same twice in the world. */
  newId(): string;
  /** Reports exceptions of the application's own listeners when nobody listens for problems. */
  report(error: unknown): void;
}

export function createSystemEnvironment(): Environment {
  return {
    now: () => Date.now(),
    setTimeout: (run, ms) => setTimeout(run, ms),
    clearTimeout: (timer) => clearTimeout(timer as number),
    random: () => Math.random(),
    newId: randomId,
    report: (error) => {
      const host = globalThis as { reportError?: (error: unknown) => void };
      // biome-ignore lint/suspicious/noConsole: nothing else would show an application's own exception.
      if (host.reportError === undefined) console.error(error);
      else host.reportError(error);
    },
  };
}

/** Needed because a page on plain HTTP in a local network has no secure origin, and so no `crypto.randomUUID`. */
function randomId(): string {
  const source: {
    getRandomValues(into: Uint8Array<ArrayBuffer>): Uint8Array;
    randomUUID?(): string;
  } = globalThis.crypto;
  if (source.randomUUID !== undefined) return source.randomUUID();
  const bytes = source.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A timer for one thing. Starting it again replaces what was due. */
export interface Timer {
  start(ms: number, run: () => void): void;
  cancel(): void;
  isRunning(): boolean;
}

export function createTimer(environment: Pick<Environment, 'setTimeout' | 'clearTimeout'>): Timer {
  let running: { handle: unknown } | null = null;
  const cancel = (): void => {
    if (running !== null) environment.clearTimeout(running.handle);
    running = null;
  };
  return {
    start: (ms, run) => {
      cancel();
      const mine = { handle: undefined as unknown };
      running = mine;
      mine.handle = environment.setTimeout(() => {
        if (running !== mine) return;
        running = null;
        run();
      }, ms);
    },
    cancel,
    isRunning: () => running !== null,
  };
}
