import { createHash } from 'node:crypto';
import { schemaOf } from '../connection/schema-name.js';

/** The longest name of a channel that PostgreSQL takes, in bytes. */
const MAX_NAME_LENGTH = 63;
const PREFIX = 'consultation_chat_';

/**
 * Names the channel on which the processes of one chat hear each other. Notifications reach the whole database, and
 * each of its schemas may hold another chat, so the name contains the schema. If that is too long, its digest is used,
 * after a sign that no name of a schema has.
 */
export function channelOf(databaseUrl: string): string {
  const schema = schemaOf(databaseUrl);
  const name = PREFIX + schema;
  if (name.length <= MAX_NAME_LENGTH) return name;
  return `${PREFIX}#${createHash('sha256').update(schema).digest('hex').slice(0, 32)}`;
}

/** A payload has to be shorter than this, in bytes. */
const NOTIFY_PAYLOAD_LIMIT = 8_000;
export const MAX_PAYLOAD_BYTES = NOTIFY_PAYLOAD_LIMIT - 1;
