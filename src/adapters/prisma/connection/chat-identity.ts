import { createHash } from 'node:crypto';
import type { Session } from './session.js';

/** The length of the hash that identifies a chat, in characters. */
const IDENTITY_LENGTH = 22;

/**
 * Reads the identity of the chat. All processes that serve this schema of this database read the same one, by whatever
 * name they reach it, and all others read another. It is made of the cluster's own number and those of the database and
 * the schema in it. So a copy by `pg_dump` is another chat, and a copy of the whole cluster is the same one.
 *
 * @throws when the database does not answer.
 */
export async function chatIdentityOf(session: Session): Promise<string> {
  const { rows } = await session.query(`
    SELECT (SELECT system_identifier::text FROM pg_control_system()) AS cluster,
           (SELECT oid::text FROM pg_database WHERE datname = current_database()) AS database,
           (SELECT oid::text FROM pg_namespace WHERE nspname = current_schema()) AS schema`);
  const [{ cluster, database, schema }] = rows as [{ cluster: string; database: string; schema: string }];
  return createHash('sha256')
    .update(`${cluster}/${database}/${schema}`)
    .digest('base64url')
    .slice(0, IDENTITY_LENGTH);
}
