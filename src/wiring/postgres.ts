import type { MakingDatabase } from '../adapters/embedded-postgres/data-directory.js';
import { startEmbeddedPostgres } from '../adapters/embedded-postgres/embedded-postgres.js';
import { ignoredVariables } from '../adapters/prisma/url-only-client.js';
import type { Logger } from '../application/ports/logger.js';
import type { Config } from '../config.js';

/** The PostgreSQL that there is, given or of the server's own. */
export interface Postgres {
  /** Of the role that serves. */
  readonly databaseUrl: string;
  /** Of the role that owns the tables; null where the one that serves does. */
  readonly migrationUrl: string | null;
  /** Whether its disk has room, as far as that can be seen from here. */
  hasRoom(): Promise<boolean>;
  stop(): Promise<void>;
}

export interface PostgresOptions {
  readonly logger: Logger;
  /** Gives the start of one of its own up. */
  readonly signal?: AbortSignal | undefined;
  readonly making?: MakingDatabase | undefined;
}

/**
 * Starts a PostgreSQL of the server's own where the configuration names none.
 *
 * @param env is looked at for what other programs' connections would heed and these do not, to say so in the log.
 * @throws when it cannot be started, and the signal's reason.
 */
export async function openPostgres(
  config: Config,
  env: Readonly<Record<string, string | undefined>>,
  { logger, signal, making }: PostgresOptions,
): Promise<Postgres> {
  if (config.databaseUrl === null) {
    return startEmbeddedPostgres({ dataDir: config.dataDir, logger, signal, making });
  }
  const variables = ignoredVariables(env);
  if (variables.length > 0) logger.warn('database.variables_ignored', { variables: variables.join(',') });
  const { databaseUrl, databaseMigrationUrl: migrationUrl } = config;
  return { databaseUrl, migrationUrl, hasRoom: async () => true, stop: async () => {} };
}
