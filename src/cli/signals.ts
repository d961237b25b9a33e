/** Ctrl-C, a service manager, and a terminal that is closed. */
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/**
 * Signals within this time, in ms, are one: `npm start` passes on what the terminal, or the service manager, has sent to
 * everybody already.
 */
const SAME_SIGNAL_MS = 500;

export interface Signals {
  /** The first signal that asks for an end. */
  readonly first: Promise<NodeJS.Signals>;
  /** Another one, some time after the first: somebody does not want to wait. */
  readonly second: Promise<NodeJS.Signals>;
}

/** Signals that ask for an end, from now on: none of them ends the process by itself any more. */
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
