import { decide } from '../../src/domain/consultation/consultation.js';
import { accept, type Decision } from '../../src/domain/decision.js';
import { DAY_MS } from '../../src/domain/instant.js';
import type { Sender } from '../../src/protocol/wire.js';
import { withBackOffice } from '../e2e/back-office.js';
import { ADMIN, ADMIN_ACTOR, daily, openConsultation, ROUND_THE_CLOCK } from '../support/clinic.js';

/** The one whose clients are the crowd of the reconnect storm, besides its own two. */
export const CROWDED = 'crowded';
/** Its doctor is on duty now, and not in half a day: stepping the clock closes it. */
export const PART_TIME = 'part-time';
/** Runs out in the middle of the load. */
export const RUNNING_OUT = 'running-out';
/** Gets a few messages, and is ended before the faults begin. */
export const ENDED = 'ended';
export const EXPIRED = 'expired';
/** Its doctor is never on duty. */
export const OFF_HOURS = 'off-hours';
/** Of the hostile neighbour, and of nobody else: neither checked nor read in the end. */
export const NEIGHBOURS = 'neighbours';
/** Where people talk. */
export const BUSY = ['busy-1', 'busy-2', 'busy-3'] as const;

export const CONSULTATIONS = [...BUSY, CROWDED, PART_TIME, RUNNING_OUT, ENDED, EXPIRED, OFF_HOURS] as const;
export const SENDERS: readonly Sender[] = ['user', 'doctor'];

const HALF_SHIFT_HOURS = 3;
const YEARS_AHEAD_MS = 10 * 365 * DAY_MS;

export function partiesOf(consultationId: string): { readonly patientId: string; readonly doctorId: string } {
  return { patientId: `patient-of-${consultationId}`, doctorId: `doctor-of-${consultationId}` };
}

/** Opens every consultation of the load, while no server runs on the database. */
export async function openClinic(databaseUrl: string, now: number, loadMs: number): Promise<void> {
  await withBackOffice(databaseUrl, async ({ application, consultations }) => {
    for (const consultationId of [...CONSULTATIONS, NEIGHBOURS]) {
      const expiresAt = consultationId === RUNNING_OUT ? now + loadMs / 2 : now + YEARS_AHEAD_MS;
      const people = partiesOf(consultationId);
      const windows = windowsOf(consultationId, now);
      if (consultationId !== EXPIRED) {
        await openConsultation(application, { consultationId, ...people, windows, expiresAt });
        continue;
      }
      // Opened and run out in the past, which only the handler itself can be told.
      await openConsultation(application, {
        consultationId: 'of-the-same-people',
        ...people,
        windows,
        expiresAt,
      });
      const past = { now: now - 2 * DAY_MS, expiresAt: now - DAY_MS };
      const opening = { type: 'OpenConsultation', consultationId, ...people, ...past } as const;
      await consultations.handle({
        id: consultationId,
        actor: ADMIN_ACTOR,
        decide: (state): Decision<never, never> | ReturnType<typeof decide> =>
          state.status === 'not_opened' ? decide(opening, state) : accept(),
      });
    }
  });
}

export async function endConsultation(databaseUrl: string, consultationId: string): Promise<void> {
  await withBackOffice(databaseUrl, async ({ application }) => {
    const ended = await application.administration.endConsultation(ADMIN, consultationId);
    if (ended.outcome === 'refused') throw new Error(`${consultationId} was not ended: ${ended.code}`);
  });
}

function windowsOf(consultationId: string, now: number) {
  if (consultationId === OFF_HOURS) return [];
  if (consultationId !== PART_TIME) return ROUND_THE_CLOCK;
  const hour = new Date(now).getUTCHours();
  return daily(wholeHour(hour - HALF_SHIFT_HOURS), wholeHour(hour + HALF_SHIFT_HOURS));
}

function wholeHour(hour: number): string {
  return `${String((hour + 24) % 24).padStart(2, '0')}:00`;
}
