import { PrismaPg } from '@prisma/adapter-pg';
import type { Logger } from '../../application/ports/logger.js';
import { PrismaClient } from './generated/client.js';

/** Connections to PostgreSQL; more would only queue inside it. */
const MAX_CONNECTIONS = 10;
/** A connection or a statement that takes longer has failed: senders get their answer within 5 s. */
const CONNECT_TIMEOUT_MS = 2_000;
const STATEMENT_TIMEOUT_MS = 3_500;

export type Database = PrismaClient;

export interface DatabaseOptions {
  readonly databaseUrl: string;
  readonly logger: Logger;
  /** Milliseconds; 0 for none, as long work like a rebuild needs. Default 3,500. */
  readonly statementTimeoutMs?: number;
}

/** Opens lazily: the first query connects. Close with `$disconnect()`. */
export function openDatabase(options: DatabaseOptions): Database {
  const { databaseUrl, logger, statementTimeoutMs = STATEMENT_TIMEOUT_MS } = options;
  const timeouts =
    statementTimeoutMs === 0
      ? {}
      : // The server's own timeout cancels what runs; the client's ends the wait for a server that is gone or frozen.
        { statement_timeout: statementTimeoutMs, query_timeout: statementTimeoutMs + 250 };
  const adapter = new PrismaPg(
    {
      connectionString: databaseUrl,
      max: MAX_CONNECTIONS,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      application_name: 'consultation-chat',
      ...timeouts,
    },
    {
      onPoolError: (error) => logger.warn('database.connection_lost', { code: codeOf(error) }),
      onConnectionError: (error) => logger.warn('database.connection_lost', { code: codeOf(error) }),
    },
  );
  return new PrismaClient({ adapter });
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
