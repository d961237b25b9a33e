import { createHash } from 'node:crypto';
import { schemaOf } from '../connection/schema-name.js';

/** PostgreSQL takes no longer name of a channel, in bytes. */
const MAX_NAME_LENGTH = 63;
const PREFIX = 'consultation_chat_';

/**
 * Where the processes of one chat hear each other: notifications reach a whole database, and each schema of it may hold
 * another chat. A long schema's name is told by its digest, behind a sign that no schema's name has.
 */
export function channelOf(databaseUrl: string): string {
  const schema = schemaOf(databaseUrl);
  const name = PREFIX + schema;
  if (name.length <= MAX_NAME_LENGTH) return name;
  return `${PREFIX}#${createHash('sha256').update(schema).digest('hex').slice(0, 32)}`;
}

/** A payload has to be shorter, in bytes. */
const NOTIFY_PAYLOAD_LIMIT = 8_000;
export const MAX_PAYLOAD_BYTES = NOTIFY_PAYLOAD_LIMIT - 1;
