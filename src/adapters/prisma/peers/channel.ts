import { createHash } from 'node:crypto';
import { schemaOf } from '../connection/schema-name.js';

/** The longest name of a channel that PostgreSQL takes, in bytes. */
const MAX_NAME_LENGTH = 63;
const PREFIX = 'consultation_chat_';

/**
 * The channel on which the processes of one chat hear each other. Notifications reach a whole database, and each
 * schema of it may hold another chat. The long name of a schema is replaced by its digest, after a character that no
 * schema's name has.
 */
export function channelOf(databaseUrl: string): string {
  const schema = schemaOf(databaseUrl);
  const name = PREFIX + schema;
  if (name.length <= MAX_NAME_LENGTH) return name;
  return `${PREFIX}#${createHash('sha256').update(schema).digest('hex').slice(0, 32)}`;
}

/** PostgreSQL takes only payloads that are shorter, in bytes. */
const NOTIFY_PAYLOAD_LIMIT = 8_000;
export const MAX_PAYLOAD_BYTES = NOTIFY_PAYLOAD_LIMIT - 1;
