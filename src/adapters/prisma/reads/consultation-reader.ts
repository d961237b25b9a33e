import type { StateReader, Versioned } from '../../../application/ports/state-reader.js';
import { type ConsultationState, initialConsultation } from '../../../domain/consultation/consultation.js';
import { createBatchedRead } from '../batching/batched-read.js';
import type { Database } from '../connection/database.js';
import { type ConsultationRow, consultationOf, versionOf } from './state-rows.js';

/** Consultations in one statement. */
const MAX_KEYS = 250;

/**
 * Each key looks up by itself what it asks for: the planner must not walk a table for many keys. Without a name, so that
 * it is planned each time: a plan made while the tables were next to empty walks them when they have grown.
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

/** The key's place, from 1, with what is there. */
type PlacedRow = ConsultationRow & { readonly n: number };

/** The states of consultations, by one statement however many ask at the same time. */
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
