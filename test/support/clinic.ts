import type { Application } from '../../src/application/application.js';
import type { SendMessage, SendMessageRequest } from '../../src/application/conversation/send-message.js';
import type { Requester } from '../../src/application/lookup/requester.js';
import type { Actor } from '../../src/application/ports/event-store.js';
import type { Caller, Role } from '../../src/application/ports/identity.js';
import type { OpenState } from '../../src/domain/consultation/consultation.js';
import { DAY_MS, type Instant } from '../../src/domain/instant.js';
import type { DayOfWeek, WeeklyWindow } from '../../src/domain/schedule/weekly-window.js';

/** As events name the one who manages. */
export const ADMIN_ACTOR: Actor = { kind: 'admin', id: 'admin-1' };
export const ADMIN: Requester = requester('admin', 'admin-1');

/** Somebody who is known, over HTTP. */
export function requester(role: Role, id: string): Requester {
  return { caller: { role, id }, channel: 'http', requestId: `request-of-${id}` };
}

/** Demo mode: who they say they are. */
export const ANYONE: Requester = { caller: { role: 'anyone' }, channel: 'socket', requestId: 'request-1' };

const EVERY_DAY: readonly DayOfWeek[] = [0, 1, 2, 3, 4, 5, 6];

/** On duty from the first minute of the week to the last. */
export const ROUND_THE_CLOCK: readonly WeeklyWindow[] = EVERY_DAY.map((dayOfWeek) => ({
  dayOfWeek,
  startTime: '00:00',
  endTime: '23:59',
}));

/** On duty every day through the given minutes, both inclusive; in UTC unless the zone is named. */
export function daily(startTime: string, endTime: string): readonly WeeklyWindow[] {
  return EVERY_DAY.map((dayOfWeek) => ({ dayOfWeek, startTime, endTime }));
}

/** The state of an open consultation in which nothing has been said. */
export function openState(consultationId: string, doctorId = 'doctor-1'): OpenState {
  const [lastSeq, expiresAt] = [0, Number.POSITIVE_INFINITY];
  const readSeq = { user: 0, doctor: 0 };
  return { status: 'open', consultationId, patientId: 'patient-1', doctorId, expiresAt, lastSeq, readSeq };
}

export interface ConsultationToOpen {
  readonly consultationId?: string;
  readonly patientId?: string;
  readonly doctorId?: string;
  readonly timeZone?: string;
  readonly windows?: readonly WeeklyWindow[];
  readonly expiresAt: Instant;
}

/**
 * Opens a consultation, `consultation-1` between `patient-1` and `doctor-1` round the clock unless told otherwise.
 * People who are not registered yet are registered on the way.
 *
 * @throws when the application refuses.
 */
export async function openConsultation(application: Application, details: ConsultationToOpen): Promise<void> {
  const { consultationId = 'consultation-1', patientId = 'patient-1', doctorId = 'doctor-1' } = details;
  const { timeZone = 'UTC', windows = ROUND_THE_CLOCK, expiresAt } = details;
  await application.administration.registerDoctor(ADMIN, {
    doctorId,
    name: `Dr ${doctorId}`,
    timeZone,
    windows,
  });
  await application.administration.registerPatient(ADMIN, { patientId, name: `Mx ${patientId}` });
  const until = { expiresAt };
  const opened = await application.administration.openConsultation(ADMIN, {
    consultationId,
    patientId,
    doctorId,
    until,
  });
  if (opened.outcome === 'refused') throw new Error(`the consultation was not opened: ${opened.code}`);
}

let speakers = 0;

/** Says something in a consultation, on a connection of its own that ends with the answer. Anyone does, unless told who. */
export async function say(
  application: Application,
  request: SendMessageRequest,
  caller: Caller = ANYONE.caller,
): ReturnType<SendMessage> {
  speakers += 1;
  const session = application.sessions.open(`speaker-${speakers}`, { caller, expiresAt: null });
  try {
    return await session.send(request);
  } finally {
    session.close();
  }
}

/** One day after `now`. */
export function tomorrow(now: Instant): Instant {
  return now + DAY_MS;
}
