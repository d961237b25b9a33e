import { startEmbeddedPostgres } from '../adapters/embedded-postgres/embedded-postgres.js';
import { createPinoLogger } from '../adapters/pino/pino-logger.js';
import { openDatabase } from '../adapters/prisma/connection/database.js';
import { prepareDatabase } from '../adapters/prisma/migrations/migrations.js';
import { rebuildReadModels } from '../adapters/prisma/projections/rebuild.js';
import { verifySchema, verifySessions } from '../adapters/prisma/requirements/verify.js';
import { readDatabaseConfig } from '../config.js';
import { say, sentenceOfError } from './say.js';

/**
 * `consultation-chat rebuild`: empties the read models and fills them from the event log, in one transaction. A
 * failure is reported in one line.
 */
export async function rebuild(): Promise<void> {
  try {
    await refill();
  } catch (error) {
    say(`Cannot rebuild: ${sentenceOfError(error)}`);
    process.exitCode = 1;
  }
}

async function refill(): Promise<void> {
  const config = readDatabaseConfig(process.env);
  const logger = createPinoLogger({ level: config.logLevel });
  const own =
    config.databaseUrl === null ? await startEmbeddedPostgres({ dataDir: config.dataDir, logger }) : null;
  try {
    const urls = own ?? { databaseUrl: config.databaseUrl ?? '', migrationUrl: config.databaseMigrationUrl };
    // Emptying and locking the read models needs more privileges than serving.
    const databaseUrl = urls.migrationUrl ?? urls.databaseUrl;
    const database = openDatabase({ databaseUrl, logger, statementTimeoutMs: 0 });
    try {
      await verifySessions(database);
      await prepareDatabase(urls);
      await verifySchema(database);
      const events = await rebuildReadModels(database);
      logger.info('read_models.rebuilt', { events });
      say(`Rebuilt the read models from ${events} events.`);
    } finally {
      await database.$disconnect();
    }
  } finally {
    await own?.stop();
  }
}
