import type { DoctorAvailability } from '../client/index.js';
import type { Consultation } from '../protocol/wire.js';
import { dutyOf } from './availability.js';

/** Why nobody can write now; instants in epoch ms. */
export type ClosedReason =
  | { readonly kind: 'ended' }
  | { readonly kind: 'expired'; readonly at: number }
  | {
      readonly kind: 'off-duty';
      /** null if there is no opening within the server's horizon. */
      readonly nextOpeningAt: number | null;
      /** The time zone of the schedule. */
      readonly timeZone: string | undefined;
      /** When the consultation runs out, if that is before the doctor is back: then nobody will write here any more. */
      readonly runsOutAt: number | null;
    };

/** Whether the consultation takes messages, as far as the page can tell. The server decides on every message. */
export function isOpen(
  { status, expiresAt }: Pick<Consultation, 'status' | 'expiresAt'>,
  now: number,
): boolean {
  return status === 'open' && Date.parse(expiresAt) > now;
}

/** @returns null while messages may be written. The server decides on every one. */
export function closedReason(
  consultation: Consultation,
  availability: DoctorAvailability,
  now: number,
): ClosedReason | null {
  const expiresAt = Date.parse(consultation.expiresAt);
  if (consultation.status === 'ended') return { kind: 'ended' };
  if (!isOpen(consultation, now)) return { kind: 'expired', at: expiresAt };
  // Whether there is a connection makes no difference to a doctor who is off duty until a certain time.
  const duty = dutyOf(availability, true, now);
  if (duty.state !== 'off') return null;
  const { nextOpeningAt } = duty;
  const comesBackInTime = nextOpeningAt !== null && nextOpeningAt < expiresAt;
  const timeZone = availability.state === 'closed' ? availability.timeZone : undefined;
  return { kind: 'off-duty', nextOpeningAt, timeZone, runsOutAt: comesBackInTime ? null : expiresAt };
}
