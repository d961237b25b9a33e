import type { StateReader, Versioned } from '../../application/ports/state-reader.js';
import { type ConsultationState, initialConsultation } from '../../domain/consultation/consultation.js';
import { type DoctorState, initialDoctor } from '../../domain/doctor/doctor.js';
import { initialPatient, type PatientState } from '../../domain/patient/patient.js';
import type { Database } from './database.js';
import { createFileReader } from './file-reader.js';
import {
  type ConsultationRow,
  consultationOf,
  DOCTOR_COLUMNS,
  type DoctorRow,
  doctorOf,
} from './state-rows.js';

/** The stream's head, from its primary key: one index probe, however long the stream. */
const VERSION = `(SELECT e.version FROM events e WHERE e.stream_id = $2 ORDER BY e.version DESC LIMIT 1) AS version`;

const CONSULTATION = `
  SELECT c.user_id, c.doctor_id, c.status, (extract(epoch from c.expires_at) * 1000)::float8 AS expires_at_ms,
         coalesce((SELECT m.seq FROM messages m WHERE m.consultation_id = c.id ORDER BY m.seq DESC LIMIT 1), 0)
           AS last_seq,
         chat.user_read_seq, chat.doctor_read_seq, ${VERSION}
  FROM consultations c JOIN chats chat ON chat.consultation_id = c.id WHERE c.id = $1`;

const DOCTOR = `SELECT ${DOCTOR_COLUMNS}, ${VERSION} FROM doctors d WHERE d.id = $1`;

const PATIENT = `SELECT u.name, ${VERSION} FROM users u WHERE u.id = $1`;

/** Reads the states from the read models, which the appending transaction keeps equal to the fold of the log. */
export function createPrismaStateReader(database: Database): StateReader {
  async function one<Row>(sql: string, category: string, id: string): Promise<Row | undefined> {
    const [row] = await database.$queryRawUnsafe<Row[]>(sql, id, `${category}:${id}`);
    return row;
  }

  return {
    file: createFileReader(database),
    consultation: async (consultationId): Promise<Versioned<ConsultationState>> => {
      const row = await one<ConsultationRow>(CONSULTATION, 'consultation', consultationId);
      if (row === undefined) return { state: initialConsultation, version: 0 };
      return { state: consultationOf(consultationId, row), version: row.version };
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
