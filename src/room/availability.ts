import type { DoctorAvailability } from '../client/index.js';
import type { TimeWords } from './time-words.js';

/** What the pill in the header says. */
export interface AvailabilityPill {
  readonly tone: 'good' | 'waiting' | 'quiet';
  readonly headline: string;
  /** May be empty. */
  readonly detail: string;
}

/**
 * Notices come every minute by default while the doctor is on duty, and one when duty ends. Silence for longer than
 * this, as over a lost connection, is no longer a confirmation.
 */
export const confirmationLastsMs = 150_000;

export function describeAvailability(
  availability: DoctorAvailability,
  words: TimeWords,
  now: number,
): AvailabilityPill {
  switch (availability.state) {
    case 'unknown':
      return { tone: 'quiet', headline: 'Availability unknown', detail: '' };
    case 'open': {
      const clock = words.clock(availability.confirmedAt);
      if (now - availability.confirmedAt > confirmationLastsMs) {
        return {
          tone: 'quiet',
          headline: 'Availability not confirmed',
          detail: `last seen on duty ${clock}`,
        };
      }
      return { tone: 'good', headline: 'Doctor is available', detail: `last confirmed ${clock}` };
    }
    case 'closed': {
      const opening = availability.nextOpeningAt;
      const detail = opening === null ? '' : `opens ${words.moment(Date.parse(opening), now)}`;
      return { tone: 'waiting', headline: 'Doctor is off duty', detail };
    }
  }
}
