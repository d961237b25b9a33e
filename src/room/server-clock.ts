/** Differences below this (ms) are those of the network, and correcting them would only make times flicker. */
const NOTICED_MS = 2_000;

/**
 * The time by the clock of the server. Whether a consultation takes messages is decided by that clock, and the one of a
 * phone may be hours off.
 */
export interface ServerClock {
  /** Epoch ms. By the device's clock while that one is right, or until the server has told its time. */
  now(): number;
  /** By how many ms the server's clock is ahead of the device's. */
  aheadMs(): number;
  /**
   * Called at the moment of an answer.
   *
   * @param at the server's time in ISO 8601; undefined if it does not tell, as older servers do not.
   */
  told(at: string | undefined): void;
}

/**
 * @param deviceNow epoch ms, by the clock of the device.
 * @param elapsed ms since any moment, by a clock that nobody sets: people do set a clock that is wrong.
 */
export function createServerClock(deviceNow: () => number, elapsed: () => number): ServerClock {
  let startedAt: number | null = null;
  const now = (): number => (startedAt === null ? deviceNow() : startedAt + elapsed());
  return {
    now,
    aheadMs: () => now() - deviceNow(),
    told(at = '') {
      const told = Date.parse(at);
      startedAt = Math.abs(told - deviceNow()) >= NOTICED_MS ? told - elapsed() : null;
    },
  };
}
