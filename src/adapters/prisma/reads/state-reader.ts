import type { StateReader, Versioned } from '../../../application/ports/state-reader.js';
import { initialPatient, type PatientState } from '../../../domain/patient/patient.js';
import type { Database } from '../connection/database.js';
import { createConsultationReader } from './consultation-reader.js';
import { createContextReader } from './context-reader.js';
import { createDoctorReader } from './doctor-reader.js';

/** The version of the stream, from its primary key: one index probe, however long the stream is. */
const VERSION = `(SELECT e.version FROM events e WHERE e.stream_id = $2 ORDER BY e.version DESC LIMIT 1) AS version`;

const PATIENT = `SELECT u.name, ${VERSION} FROM users u WHERE u.id = $1`;

/** The version of each stream, from the primary key: one index probe for each. */
const VERSIONS = `
SELECT coalesce((SELECT e.version FROM events e WHERE e.stream_id = s.id ORDER BY e.version DESC LIMIT 1), 0) AS version
FROM unnest($1::text[]) WITH ORDINALITY AS s(id, place) ORDER BY s.place`;

/** Reads states from the read models. The transaction that appends keeps these equal to the fold of the log. */
export function createPrismaStateReader(database: Database): StateReader {
  const consultation = createConsultationReader(database);

  async function one<Row>(sql: string, category: string, id: string): Promise<Row | undefined> {
    const [row] = await database.$queryRawUnsafe<Row[]>(sql, id, `${category}:${id}`);
    return row;
  }

  return {
    context: createContextReader(database),
    consultation,
    doctor: createDoctorReader(database),
    versions: async (streamIds) => {
      const rows = await database.$queryRawUnsafe<{ version: number }[]>(VERSIONS, streamIds);
      return rows.map(({ version }) => version);
    },
    patient: async (patientId): Promise<Versioned<PatientState>> => {
      const row = await one<{ name: string; version: number }>(PATIENT, 'patient', patientId);
      if (row === undefined) return { state: initialPatient, version: 0 };
      return { state: { status: 'registered', patientId, name: row.name }, version: row.version };
    },
  };
}
