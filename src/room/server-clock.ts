/** Differences below this (ms) are those of the network, and correcting them would only make times flicker. */
const NOTICED_MS = 2_000;

/**
 * The time by the clock of the server. Whether a consultation takes messages is decided by that clock, and the one of a
 * phone may be hours off.
 */
export interface ServerClock {
  /** Epoch ms. By the device's clock while that one is right, or until the server has told its time. */
  now(): number;
  /** Called at the moment of an answer, with its time in ISO 8601. Older servers do not tell it. */
  told(answer: { readonly now?: string }): void;
}

/**
 * @param deviceNow epoch ms, by the clock of the device.
 * @param elapsed ms since any moment, by a clock that nobody sets: people do set one that is wrong.
 */
export function createServerClock(deviceNow: () => number, elapsed: () => number): ServerClock {
  let startedAt: number | null = null;
  return {
    now: () => (startedAt === null ? deviceNow() : startedAt + elapsed()),
    told(answer) {
      // What is missing is no instant, and differs from nothing.
      const at = Date.parse(answer.now as string);
      startedAt = Math.abs(at - deviceNow()) >= NOTICED_MS ? at - elapsed() : null;
    },
  };
}
