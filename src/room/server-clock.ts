/** Differences below this (ms) are those of the network, and correcting them would only make times flicker. */
const NOTICED_MS = 2_000;

interface Clock {
  now(): number;
}

/** The clocks of a device, as a browser's window has them. */
interface DeviceClocks {
  /** Tells epoch ms. */
  readonly Date: Clock;
  /** Tells ms since any moment, and nobody sets it: people do set a clock that is wrong. */
  readonly performance: Clock;
}

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

export function createServerClock(device: DeviceClocks): ServerClock {
  let startedAt: number | null = null;
  return {
    now: () => (startedAt === null ? device.Date.now() : startedAt + device.performance.now()),
    told(answer) {
      // What is missing is no instant, and differs from nothing.
      const at = Date.parse(answer.now as string);
      startedAt = Math.abs(at - device.Date.now()) >= NOTICED_MS ? at - device.performance.now() : null;
    },
  };
}
