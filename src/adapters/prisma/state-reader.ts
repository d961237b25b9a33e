import { z } from 'zod';
import type { StateReader, Versioned } from '../../application/ports/state-reader.js';
import {
  type ConsultationState,
  type ExistingConsultation,
  initialConsultation,
} from '../../domain/consultation/consultation.js';
import { type DoctorState, initialDoctor, type RegisteredDoctor } from '../../domain/doctor/doctor.js';
import { initialPatient, type PatientState } from '../../domain/patient/patient.js';
import type { DateOverride } from '../../domain/schedule/date-override.js';
import type { WeeklyWindow } from '../../domain/schedule/weekly-window.js';
import type { Database } from './database.js';

/** The stream's head, from its primary key: one index probe, however long the stream. */
const VERSION = `(SELECT e.version FROM events e WHERE e.stream_id = $2 ORDER BY e.version DESC LIMIT 1) AS version`;

const CONSULTATION = `
  SELECT c.user_id, c.doctor_id, c.status, (extract(epoch from c.expires_at) * 1000)::float8 AS expires_at_ms,
         coalesce((SELECT m.seq FROM messages m WHERE m.consultation_id = c.id ORDER BY m.seq DESC LIMIT 1), 0)
           AS last_seq,
         chat.user_read_seq, chat.doctor_read_seq, ${VERSION}
  FROM consultations c JOIN chats chat ON chat.consultation_id = c.id WHERE c.id = $1`;

/** A doctor `d` with the schedule, for a SELECT from `doctors d`. */
export const DOCTOR_COLUMNS = `d.name, d.time_zone,
         coalesce((SELECT json_agg(json_build_object('dayOfWeek', s.day_of_week, 'startTime', s.start_time,
                                                     'endTime', s.end_time) ORDER BY s.ordinal)
                   FROM doctor_schedules s WHERE s.doctor_id = d.id), '[]') AS windows,
         coalesce((SELECT json_agg(json_build_object('date', o.date, 'windows', o.windows) ORDER BY o.date)
                   FROM doctor_date_overrides o WHERE o.doctor_id = d.id), '[]') AS overrides`;

const DOCTOR = `SELECT ${DOCTOR_COLUMNS}, ${VERSION} FROM doctors d WHERE d.id = $1`;

const PATIENT = `SELECT u.name, ${VERSION} FROM users u WHERE u.id = $1`;

export const statusColumn = z.enum(['open', 'ended', 'expired']);

interface ConsultationRow {
  readonly user_id: string;
  readonly doctor_id: string;
  readonly status: string;
  readonly expires_at_ms: number;
  readonly last_seq: number;
  readonly user_read_seq: number;
  readonly doctor_read_seq: number;
  readonly version: number;
}

export interface DoctorRow {
  readonly name: string;
  readonly time_zone: string;
  readonly windows: readonly WeeklyWindow[];
  readonly overrides: readonly DateOverride[];
  readonly version: number;
}

export function doctorOf(doctorId: string, row: DoctorRow): RegisteredDoctor {
  const { name, time_zone: timeZone, windows, overrides } = row;
  return { status: 'registered', doctorId, name, schedule: { timeZone, windows, overrides } };
}

/** Reads the states from the read models, which the appending transaction keeps equal to the fold of the log. */
export function createPrismaStateReader(database: Database): StateReader {
  async function one<Row>(sql: string, category: string, id: string): Promise<Row | undefined> {
    const [row] = await database.$queryRawUnsafe<Row[]>(sql, id, `${category}:${id}`);
    return row;
  }

  return {
    consultation: async (consultationId): Promise<Versioned<ConsultationState>> => {
      const row = await one<ConsultationRow>(CONSULTATION, 'consultation', consultationId);
      if (row === undefined) return { state: initialConsultation, version: 0 };
      const state: ExistingConsultation = {
        status: statusColumn.parse(row.status),
        consultationId,
        patientId: row.user_id,
        doctorId: row.doctor_id,
        expiresAt: row.expires_at_ms,
        lastSeq: row.last_seq,
        readSeq: { user: row.user_read_seq, doctor: row.doctor_read_seq },
      };
      return { state, version: row.version };
    },
    doctor: async (doctorId): Promise<Versioned<DoctorState>> => {
      const row = await one<DoctorRow>(DOCTOR, 'doctor', doctorId);
      if (row === undefined) return { state: initialDoctor, version: 0 };
      return { state: doctorOf(doctorId, row), version: row.version };
    },
    patient: async (patientId): Promise<Versioned<PatientState>> => {
      const row = await one<{ name: string; version: number }>(PATIENT, 'patient', patientId);
      if (row === undefined) return { state: initialPatient, version: 0 };
      return { state: { status: 'registered', patientId, name: row.name }, version: row.version };
    },
  };
}
