import type { ConsultationFilter, Directory } from '../../../application/ports/directory.js';
import type { ConsultationView } from '../../../application/ports/notification.js';
import type { Versioned } from '../../../application/ports/state-reader.js';
import type { Database } from '../connection/database.js';
import { DOCTOR_COLUMNS, type DoctorRow, doctorOf, statusColumn, versionOf } from './state-rows.js';
import { pageOfSummaries, type SummaryRow, summariesOf, summaryOf } from './summaries.js';

const DOCTORS = `SELECT d.id, ${DOCTOR_COLUMNS}, ${versionOf('doctor', 'd.id')} AS version FROM doctors d`;
const PATIENTS = `SELECT u.id, u.name, ${versionOf('patient', 'u.id')} AS version FROM users u`;
/**
 * Each row looks up by key what it needs from other tables. Otherwise PostgreSQL, which may plan for pages of any
 * size, would merge whole tables in the order of their ids.
 */
const CONSULTATIONS = `
  SELECT c.id, c.status, c.user_id, c.doctor_id,
         (extract(epoch from c.expires_at) * 1000)::float8 AS expires_at_ms,
         (SELECT chat.user_read_seq FROM chats chat WHERE chat.consultation_id = c.id) AS user_read_seq,
         (SELECT chat.doctor_read_seq FROM chats chat WHERE chat.consultation_id = c.id) AS doctor_read_seq,
         (SELECT u.name FROM users u WHERE u.id = c.user_id) AS user_name,
         (SELECT d.name FROM doctors d WHERE d.id = c.doctor_id) AS doctor_name,
         ${versionOf('consultation', 'c.id')} AS version
  FROM consultations c`;

interface ConsultationRow {
  readonly id: string;
  readonly status: string;
  readonly expires_at_ms: number;
  readonly user_read_seq: number;
  readonly doctor_read_seq: number;
  readonly user_id: string;
  readonly user_name: string;
  readonly doctor_id: string;
  readonly doctor_name: string;
  readonly version: number;
}

/** Answers each page by one statement from the read models, in the order of the primary key's index. */
export function createPrismaDirectory(database: Database): Directory {
  function page<Row>(
    select: string,
    id: string,
    conditions: Readonly<Record<string, string | null>>,
    limit: number,
  ): Promise<Row[]> {
    const given = Object.entries(conditions).filter(([, value]) => value !== null);
    const where = given.map(([condition], index) => `${condition} $${index + 2}`);
    const filter = where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`;
    const sql = `${select} ${filter} ORDER BY ${id} LIMIT $1`;
    return database.$queryRawUnsafe<Row[]>(sql, limit, ...given.map(([, value]) => value));
  }

  return {
    doctors: async (after, limit) => {
      const rows = await page<DoctorRow & { id: string }>(DOCTORS, 'd.id', { 'd.id >': after }, limit);
      return rows.map((row) => ({ state: doctorOf(row.id, row), version: row.version }));
    },
    patients: async (after, limit) => {
      const rows = await page<{ id: string; name: string; version: number }>(
        PATIENTS,
        'u.id',
        { 'u.id >': after },
        limit,
      );
      return rows.map(({ id, name, version }) => ({ state: { patientId: id, name }, version }));
    },
    consultations: async ({ patientId, doctorId, status }: ConsultationFilter, after, limit) => {
      const conditions = {
        'c.user_id =': patientId,
        'c.doctor_id =': doctorId,
        'c.status =': status,
        'c.id >': after,
      };
      const rows = await page<ConsultationRow>(CONSULTATIONS, 'c.id', conditions, limit);
      return rows.map(viewOf);
    },
    summaries: async (asked, limit) => {
      const { text, values } = pageOfSummaries(asked, limit);
      // The statement has no name, so that it is planned for its values each time.
      const { rows } = await database.pool.query<SummaryRow>(text, values);
      return rows.map(summaryOf);
    },
    summariesOf: async (ids) => {
      const { text, values } = summariesOf(ids);
      const { rows } = await database.pool.query<SummaryRow>(text, values);
      return rows.map(summaryOf);
    },
  };
}

function viewOf(row: ConsultationRow): Versioned<ConsultationView> {
  const state: ConsultationView = {
    consultationId: row.id,
    status: statusColumn.parse(row.status),
    expiresAt: row.expires_at_ms,
    readSeq: { user: row.user_read_seq, doctor: row.doctor_read_seq },
    patient: { id: row.user_id, name: row.user_name },
    doctor: { id: row.doctor_id, name: row.doctor_name },
  };
  return { state, version: row.version };
}
