import { z } from 'zod';
import type { ExistingConsultation } from '../../../domain/consultation/consultation.js';
import type { RegisteredDoctor } from '../../../domain/doctor/doctor.js';
import type { DateOverride } from '../../../domain/schedule/date-override.js';
import type { WeeklyWindow } from '../../../domain/schedule/weekly-window.js';

/**
 * The version of the stream whose id is given by the SQL expression `id`: one index probe, however long the stream
 * is.
 */
export function versionOf(category: string, id: string): string {
  return `(SELECT e.version FROM events e WHERE e.stream_id = '${category}:' || ${id} ORDER BY e.version DESC LIMIT 1)`;
}

/** The columns of a doctor with the schedule, for a SELECT from `doctors d`. */
export const DOCTOR_COLUMNS = `d.name, d.time_zone,
         coalesce((SELECT json_agg(json_build_object('dayOfWeek', s.day_of_week, 'startTime', s.start_time,
                                                     'endTime', s.end_time) ORDER BY s.ordinal)
                   FROM doctor_schedules s WHERE s.doctor_id = d.id), '[]') AS windows,
         coalesce((SELECT json_agg(json_build_object('date', o.date, 'windows', o.windows) ORDER BY o.date)
                   FROM doctor_date_overrides o WHERE o.doctor_id = d.id), '[]') AS overrides`;

export const statusColumn = z.enum(['open', 'ended', 'expired']);

export const senderColumn = z.enum(['user', 'doctor']);

export interface ConsultationRow {
  readonly user_id: string;
  readonly doctor_id: string;
  readonly status: string;
  readonly expires_at_ms: number;
  readonly last_seq: number;
  readonly user_read_seq: number;
  readonly doctor_read_seq: number;
  readonly version: number;
}

export function consultationOf(consultationId: string, row: ConsultationRow): ExistingConsultation {
  return {
    status: statusColumn.parse(row.status),
    consultationId,
    patientId: row.user_id,
    doctorId: row.doctor_id,
    expiresAt: row.expires_at_ms,
    lastSeq: row.last_seq,
    readSeq: { user: row.user_read_seq, doctor: row.doctor_read_seq },
  };
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
