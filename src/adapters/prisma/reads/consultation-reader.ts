import type { StateReader, Versioned } from '../../../application/ports/state-reader.js';
import { type ConsultationState, initialConsultation } from '../../../domain/consultation/consultation.js';
import { createBatchedRead } from '../batching/batched-read.js';
import type { Database } from '../connection/database.js';
import { type ConsultationRow, consultationOf, versionOf } from './state-rows.js';

/** How many consultations are read by one statement. */
const MAX_KEYS = 250;

/**
 * Each key looks up its row by itself, because the planner must not walk a whole table for many keys. The statement
 * has no name, so that it is planned each time: a plan that was made while the tables were nearly empty would walk
 * them when they have grown.
 */
const CONSULTATIONS = `
  SELECT q.n::int AS n, c.user_id, c.doctor_id, c.status,
         (extract(epoch from c.expires_at) * 1000)::float8 AS expires_at_ms,
         coalesce((SELECT m.seq FROM messages m WHERE m.consultation_id = c.id ORDER BY m.seq DESC LIMIT 1), 0)
           AS last_seq,
         chat.user_read_seq, chat.doctor_read_seq, ${versionOf('consultation', 'c.id')} AS version
  FROM unnest($1::text[]) WITH ORDINALITY AS q(id, n)
  CROSS JOIN LATERAL (SELECT * FROM consultations WHERE id = q.id LIMIT 1) AS c
  CROSS JOIN LATERAL (SELECT * FROM chats WHERE consultation_id = c.id LIMIT 1) AS chat`;

/** A row with the place of its key, counted from 1. */
type PlacedRow = ConsultationRow & { readonly n: number };

/** Reads the states of consultations, by one statement however many are asked for at the same time. */
export function createConsultationReader(database: Database): StateReader['consultation'] {
  return createBatchedRead<string, Versioned<ConsultationState>>({
    maxKeys: MAX_KEYS,
    nameOf: (id) => id,
    readMany: async (ids) => {
      const { rows } = await database.pool.query<PlacedRow>(CONSULTATIONS, [ids]);
      const found = new Map(rows.map((row) => [row.n, row]));
      return ids.map((id, index) => {
        const row = found.get(index + 1);
        if (row === undefined) return { state: initialConsultation, version: 0 };
        return { state: consultationOf(id, row), version: row.version };
      });
    },
  });
}
