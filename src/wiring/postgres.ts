import type { MakingDatabase } from '../adapters/embedded-postgres/data-directory.js';
import { startEmbeddedPostgres } from '../adapters/embedded-postgres/embedded-postgres.js';
import { ignoredVariables } from '../adapters/prisma/connection/url-only-client.js';
import type { Logger } from '../application/ports/logger.js';
import type { Config } from '../config.js';

/** The PostgreSQL in use: one that the configuration names, or the server's own. */
export interface Postgres {
  /** For the role that serves. */
  readonly databaseUrl: string;
  /** For the role that owns the tables; null if the role that serves owns them. */
  readonly migrationUrl: string | null;
  /** Whether its disk has room, as far as that can be seen from here. */
  hasRoom(): Promise<boolean>;
  stop(): Promise<void>;
}

export interface PostgresOptions {
  readonly logger: Logger;
  /** Aborting gives up the start of the server's own PostgreSQL. */
  readonly signal?: AbortSignal | undefined;
  readonly making?: MakingDatabase | undefined;
  /** For the server's own PostgreSQL; its default when left out. */
  readonly maxConnections?: number | undefined;
}

/**
 * Starts a PostgreSQL of the server's own if the configuration names none.
 *
 * @param env is searched for variables that other programs' connections would heed and ours do not, to say so in the
 *   log.
 * @throws when it cannot be started, and the signal's reason.
 */
export async function openPostgres(
  config: Config,
  env: Readonly<Record<string, string | undefined>>,
  { logger, signal, making, maxConnections }: PostgresOptions,
): Promise<Postgres> {
  if (config.databaseUrl === null) {
    return startEmbeddedPostgres({ dataDir: config.dataDir, logger, signal, making, maxConnections });
  }
  const variables = ignoredVariables(env);
  if (variables.length > 0) logger.warn('database.variables_ignored', { variables: variables.join(',') });
  const { databaseUrl, databaseMigrationUrl: migrationUrl } = config;
  return { databaseUrl, migrationUrl, hasRoom: async () => true, stop: async () => {} };
}
