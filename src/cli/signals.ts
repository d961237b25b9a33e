/** They come from Ctrl-C, a service manager, and a terminal that is closed. */
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/**
 * Signals within this time, in ms, count as one, because `npm start` passes on a signal that the terminal, or the
 * service manager, has sent to everybody already.
 */
const SAME_SIGNAL_MS = 500;

export interface Signals {
  /** Resolves with the first signal that asks for an end. */
  readonly first: Promise<NodeJS.Signals>;
  /** Resolves with another one, some time after the first, from somebody who does not want to wait. */
  readonly second: Promise<NodeJS.Signals>;
}

/** Listens for signals that ask for an end. From now on, none of them ends the process by itself. */
export function listenForSignals(): Signals {
  let firstAt: number | undefined;
  let tellSecond: (signal: NodeJS.Signals) => void = () => {};
  const second = new Promise<NodeJS.Signals>((resolve) => {
    tellSecond = resolve;
  });
  const first = new Promise<NodeJS.Signals>((resolve) => {
    for (const name of STOP_SIGNALS) {
      process.on(name, (signal) => {
        const now = performance.now();
        firstAt ??= now;
        if (now - firstAt >= SAME_SIGNAL_MS) tellSecond(signal);
        else resolve(signal);
      });
    }
  });
  return { first, second };
}
