import type { DoctorAvailability } from '../client/index.js';
import { dutyOf } from '../room/availability.js';
import type { TimeWords } from './time-words.js';

/** The texts of the pill in the header. */
export interface AvailabilityPill {
  readonly tone: 'good' | 'waiting' | 'quiet';
  readonly headline: string;
  /** May be empty. */
  readonly detail: string;
}

export function describeAvailability(
  availability: DoctorAvailability,
  words: TimeWords,
  now: number,
  isConnected = true,
): AvailabilityPill {
  const duty = dutyOf(availability, isConnected, now);
  switch (duty.state) {
    case 'unknown':
      return { tone: 'quiet', headline: 'Availability unknown', detail: '' };
    case 'on': {
      const detail = `last confirmed ${words.clock(duty.confirmedAt)}`;
      return { tone: 'good', headline: 'Doctor is available', detail };
    }
    case 'unconfirmed': {
      const detail = `last seen on duty ${words.clock(duty.confirmedAt)}`;
      return { tone: 'quiet', headline: 'Availability not confirmed', detail };
    }
    case 'off': {
      const { nextOpeningAt } = duty;
      const detail = nextOpeningAt === null ? '' : `opens ${words.moment(nextOpeningAt, now)}`;
      return { tone: 'waiting', headline: 'Doctor is off duty', detail };
    }
  }
}
