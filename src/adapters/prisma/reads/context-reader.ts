import type { ContextOwner, StateReader, StoredContext } from '../../../application/ports/state-reader.js';
import { createBatchedRead } from '../batching/batched-read.js';
import type { Database } from '../connection/database.js';
import {
  type ConsultationRow,
  consultationOf,
  DOCTOR_COLUMNS,
  type DoctorRow,
  doctorOf,
  versionOf,
} from './state-rows.js';

/** How many consultations are read by one statement. */
const MAX_KEYS = 200;

/**
 * Each key looks up its rows by itself, because the planner must not walk a whole table for many keys. A consultation
 * of other people is not found, and takes no more work than one that does not exist.
 */
const CONTEXTS = `
  SELECT q.n::int AS n, c.id, c.user_id, c.doctor_id, c.status,
         (extract(epoch from c.expires_at) * 1000)::float8 AS expires_at_ms,
         coalesce((SELECT m.seq FROM messages m WHERE m.consultation_id = c.id ORDER BY m.seq DESC LIMIT 1), 0)
           AS last_seq,
         chat.user_read_seq, chat.doctor_read_seq, ${versionOf('consultation', 'c.id')} AS version,
         ${DOCTOR_COLUMNS}, ${versionOf('doctor', 'c.doctor_id')} AS doctor_version,
         u.name AS patient_name, ${versionOf('patient', 'c.user_id')} AS patient_version
  FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS q(id, patient_id, doctor_id, n)
  CROSS JOIN LATERAL (
    SELECT * FROM consultations
    WHERE id = q.id AND (q.patient_id IS NULL OR user_id = q.patient_id)
      AND (q.doctor_id IS NULL OR doctor_id = q.doctor_id) LIMIT 1
  ) AS c
  CROSS JOIN LATERAL (SELECT * FROM chats WHERE consultation_id = c.id LIMIT 1) AS chat
  CROSS JOIN LATERAL (SELECT * FROM doctors WHERE id = c.doctor_id LIMIT 1) AS d
  CROSS JOIN LATERAL (SELECT * FROM users WHERE id = c.user_id LIMIT 1) AS u`;

interface ContextRow extends ConsultationRow, DoctorRow {
  /** The place of the key, counted from 1. */
  readonly n: number;
  readonly id: string;
  readonly doctor_version: number;
  readonly patient_version: number;
  readonly patient_name: string;
}

interface Key {
  readonly consultationId: string;
  readonly owner: ContextOwner | null;
}

/**
 * Reads everything that a decision on a consultation needs, by one statement however many are asked for at the same
 * time.
 */
export function createContextReader(database: Database): StateReader['context'] {
  const read = createBatchedRead<Key, StoredContext | null>({
    maxKeys: MAX_KEYS,
    nameOf: ({ consultationId, owner }) => JSON.stringify([consultationId, owner?.role, owner?.id]),
    readMany: async (keys) => {
      const ids = keys.map(({ consultationId }) => consultationId);
      const owned = (role: ContextOwner['role']) =>
        keys.map(({ owner }) => (owner?.role === role ? owner.id : null));
      const values = [ids, owned('patient'), owned('doctor')];
      const { rows } = await database.pool.query<ContextRow>(CONTEXTS, values);
      const found = new Map(rows.map((row) => [row.n, row]));
      return keys.map((_, index) => {
        const row = found.get(index + 1);
        return row === undefined ? null : contextOf(row);
      });
    },
  });
  return (consultationId, owner) => read({ consultationId, owner });
}

function contextOf(row: ContextRow): StoredContext {
  const { user_id: patientId, doctor_id: doctorId } = row;
  return {
    consultation: { state: consultationOf(row.id, row), version: row.version },
    doctor: { state: doctorOf(doctorId, row), version: row.doctor_version },
    patient: {
      state: { status: 'registered', patientId, name: row.patient_name },
      version: row.patient_version,
    },
  };
}
