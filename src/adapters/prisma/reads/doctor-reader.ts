import type { StateReader, Versioned } from '../../../application/ports/state-reader.js';
import { type DoctorState, initialDoctor } from '../../../domain/doctor/doctor.js';
import { createBatchedRead } from '../batching/batched-read.js';
import type { Database } from '../connection/database.js';
import { DOCTOR_COLUMNS, type DoctorRow, doctorOf, versionOf } from './state-rows.js';

/** How many doctors are read by one statement. */
const MAX_KEYS = 250;

/** Each key looks up its row by itself, because the planner must not walk a whole table for many keys. */
const DOCTORS = `
  SELECT d.id, ${DOCTOR_COLUMNS}, ${versionOf('doctor', 'd.id')} AS version
  FROM unnest($1::text[]) AS q(id)
  CROSS JOIN LATERAL (SELECT * FROM doctors WHERE id = q.id LIMIT 1) AS d`;

type IdentifiedRow = DoctorRow & { readonly id: string };

/**
 * Reads the states of doctors, by one statement however many are asked for at the same time: after an outage, all
 * consultations of a doctor are joined at once.
 */
export function createDoctorReader(database: Database): StateReader['doctor'] {
  return createBatchedRead<string, Versioned<DoctorState>>({
    maxKeys: MAX_KEYS,
    nameOf: (id) => id,
    readMany: async (ids) => {
      const { rows } = await database.pool.query<IdentifiedRow>(DOCTORS, [ids]);
      const found = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => {
        const row = found.get(id);
        if (row === undefined) return { state: initialDoctor, version: 0 };
        return { state: doctorOf(id, row), version: row.version };
      });
    },
  });
}
