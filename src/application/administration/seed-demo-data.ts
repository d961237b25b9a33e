import {
  type ConsultationDecision,
  type ConsultationState,
  decide,
} from '../../domain/consultation/consultation.js';
import { accept } from '../../domain/decision.js';
import { DAY_MS, type Instant } from '../../domain/instant.js';
import { invariant } from '../../domain/invariant.js';
import type { DayOfWeek, WeeklyWindow } from '../../domain/schedule/weekly-window.js';
import type { Refusal } from '../answers/refusal.js';
import type { Clock } from '../ports/clock.js';
import type { Actor } from '../ports/event-store.js';
import type { ConsultationHandler, DoctorHandler } from '../streams/stream-handlers.js';
import type { ChangeConsultation } from './change-consultation.js';
import type { ChangeDoctor } from './change-doctor.js';
import type { ChangePatient } from './change-patient.js';

const SEEDER: Actor = { kind: 'system', id: 'demo-data' };
const DAYS: readonly DayOfWeek[] = [0, 1, 2, 3, 4, 5, 6];
const ROUND_THE_CLOCK: readonly WeeklyWindow[] = DAYS.map(wholeDay);
const OFF_HOURS_DAYS_AHEAD = 3;
const DEMO_ZONE = 'UTC';

const PATIENTS = [
  { patientId: 'patient-1', name: 'Alex Morgan' },
  { patientId: 'patient-2', name: 'Sam Rivera' },
];
const DOCTORS = [
  { doctorId: 'doctor-1', name: 'Dr. Lena Fischer' },
  { doctorId: 'doctor-2', name: 'Dr. Noah Weber' },
];
const OPEN_FOR_A_DAY = [
  { consultationId: 'consultation-123', patientId: 'patient-1', doctorId: 'doctor-1' },
  { consultationId: 'consultation-456', patientId: 'patient-2', doctorId: 'doctor-1' },
  { consultationId: 'consultation-off-hours', patientId: 'patient-1', doctorId: 'doctor-2' },
];
const INACTIVE = { consultationId: 'consultation-inactive', patientId: 'patient-1', doctorId: 'doctor-1' };
const EXPIRED = { consultationId: 'consultation-expired', patientId: 'patient-1', doctorId: 'doctor-1' };

/** Brings the demo people and consultations into the state that `docs/protocol.md` describes. Called at each start. */
export type SeedDemoData = () => Promise<void>;

export interface SeedDemoDataDependencies {
  readonly changes: ChangeConsultation;
  readonly changeDoctor: ChangeDoctor;
  readonly changePatient: ChangePatient;
  readonly consultations: ConsultationHandler;
  readonly doctors: DoctorHandler;
  readonly clock: Clock;
}

export function createSeedDemoData(dependencies: SeedDemoDataDependencies): SeedDemoData {
  const { changes, changeDoctor, changePatient, consultations, doctors, clock } = dependencies;

  async function registerPeople(): Promise<void> {
    const alreadyThere = ['doctor.already_exists', 'patient.already_exists'];
    for (const patient of PATIENTS) {
      expectDone(await changePatient({ type: 'RegisterPatient', ...patient }, SEEDER), alreadyThere);
    }
    for (const doctor of DOCTORS) {
      const request = { ...doctor, timeZone: DEMO_ZONE, windows: ROUND_THE_CLOCK };
      const registration = { type: 'RegisterDoctor', ...request } as const;
      expectDone(await changeDoctor(doctor.doctorId, registration, SEEDER), alreadyThere);
    }
  }

  async function setSchedules(now: Instant): Promise<void> {
    const dutyDay = DAYS[(new Date(now).getUTCDay() + OFF_HOURS_DAYS_AHEAD) % DAYS.length];
    invariant(dutyDay !== undefined, 'a week has seven days');
    for (const { doctorId } of DOCTORS) await forgetOverrides(doctorId);
    await setSchedule('doctor-1', ROUND_THE_CLOCK);
    await setSchedule('doctor-2', [wholeDay(dutyDay)]);
  }

  async function setSchedule(doctorId: string, windows: readonly WeeklyWindow[]): Promise<void> {
    const command = { type: 'SetSchedule', timeZone: DEMO_ZONE, windows } as const;
    expectDone(await changeDoctor(doctorId, command, SEEDER), []);
  }

  async function forgetOverrides(doctorId: string): Promise<void> {
    const doctor = await doctors.current(doctorId);
    invariant(doctor.status === 'registered', 'a demo doctor is registered');
    for (const { date } of doctor.schedule.overrides) {
      expectDone(await changeDoctor(doctorId, { type: 'RemoveDateOverride', date }, SEEDER), []);
    }
  }

  async function keepOpen(consultation: (typeof OPEN_FOR_A_DAY)[number], expiresAt: Instant): Promise<void> {
    const { consultationId } = consultation;
    const opened = await changes.open({ ...consultation, until: { expiresAt } }, SEEDER);
    if (opened.outcome === 'changed') return;
    const extended = await changes.extend(consultationId, { expiresAt }, SEEDER);
    // There is nothing to extend if the consultation already runs as long, or was ended or has run out since the last
    // start.
    if (extended.outcome === 'changed' || extended.code === 'request.invalid') return;
    expectDone(await changes.reopen(consultationId, expiresAt, SEEDER), []);
  }

  async function keepEnded(now: Instant): Promise<void> {
    const { consultationId } = INACTIVE;
    const expiresAt = now + DAY_MS;
    await changes.open({ ...INACTIVE, until: { expiresAt } }, SEEDER);
    const ended = await changes.end(consultationId, SEEDER);
    if (ended.outcome === 'changed' || ended.code === 'consultation.inactive') return;
    // A consultation that ran out before it could be ended is refused as expired. It has to be reopened first.
    expectDone(await changes.reopen(consultationId, expiresAt, SEEDER), []);
    expectDone(await changes.end(consultationId, SEEDER), []);
  }

  /** Opens the consultation as of the day before yesterday, until yesterday. This is done anew at each start. */
  async function keepExpired(now: Instant): Promise<void> {
    const id = EXPIRED.consultationId;
    const past = { now: now - 2 * DAY_MS, expiresAt: now - DAY_MS };
    const handle = (
      decideOn: (state: ConsultationState) => ConsultationDecision,
      occurredAt: Instant = now,
    ) => consultations.handle({ id, actor: SEEDER, decide: decideOn, occurredAt });
    await handle((state) => decide({ type: 'OpenConsultation', ...EXPIRED, ...past }, state), past.now);
    await handle((state) =>
      state.status === 'open' && state.expiresAt !== past.expiresAt
        ? decide({ type: 'ExpireConsultation', now: Math.max(now, state.expiresAt) }, state)
        : accept(),
    );
    await handle((state) => decide({ type: 'ReopenConsultation', ...past }, state));
  }

  return async () => {
    const now = clock.now();
    await registerPeople();
    await setSchedules(now);
    for (const consultation of OPEN_FOR_A_DAY) await keepOpen(consultation, now + DAY_MS);
    await keepEnded(now);
    await keepExpired(now);
  };
}

function wholeDay(dayOfWeek: DayOfWeek): WeeklyWindow {
  return { dayOfWeek, startTime: '00:00', endTime: '23:59' };
}

function expectDone(outcome: { readonly outcome: string } | Refusal, tolerated: readonly string[]): void {
  if (outcome.outcome !== 'refused' || !('code' in outcome)) return;
  invariant(tolerated.includes(outcome.code), `demo data cannot be laid: ${outcome.code}`);
}
