import type { DoctorAvailability } from '../client/index.js';

/** What may be said of whether the doctor is on duty. It says nothing of whether anybody is here. */
export type Duty =
  | { readonly state: 'unknown' }
  | { readonly state: 'on'; readonly confirmedAt: number }
  /** It was so, and nothing confirms that it still is. */
  | { readonly state: 'unconfirmed'; readonly confirmedAt: number }
  | { readonly state: 'off'; readonly nextOpeningAt: number | null };

/** The interval that a server has by default, and is taken to have if it does not tell. */
const DEFAULT_INTERVAL_MS = 60_000;
/** Two notices may be late or lost. After that, the silence means that nobody knows. */
const INTERVALS_OF_SILENCE = 2.5;

/**
 * @param isConnected whether the server can be heard. Once it cannot, what it last said of a doctor on duty is out of
 *   date.
 * @param now epoch ms, by the clock of the server as far as it is known.
 * @param aheadMs by how much that one is ahead of the device's, by which the notices were noted.
 */
export function dutyOf(
  availability: DoctorAvailability,
  isConnected: boolean,
  now: number,
  aheadMs = 0,
): Duty {
  switch (availability.state) {
    case 'unknown':
      return { state: 'unknown' };
    case 'open': {
      const { confirmedEveryMs = DEFAULT_INTERVAL_MS } = availability;
      const confirmedAt = availability.confirmedAt + aheadMs;
      const isFresh = now - confirmedAt <= confirmedEveryMs * INTERVALS_OF_SILENCE;
      return { state: isConnected && isFresh ? 'on' : 'unconfirmed', confirmedAt };
    }
    case 'closed': {
      const at = availability.nextOpeningAt === null ? null : Date.parse(availability.nextOpeningAt);
      // The opening has come, and the server has not said so yet, or cannot.
      if (at !== null && at <= now) return { state: 'unknown' };
      return { state: 'off', nextOpeningAt: at };
    }
  }
}
