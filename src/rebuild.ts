import { startEmbeddedPostgres } from './adapters/embedded-postgres/embedded-postgres.js';
import { createPinoLogger } from './adapters/pino/pino-logger.js';
import { openDatabase } from './adapters/prisma/database.js';
import { prepareDatabase } from './adapters/prisma/migrations.js';
import { rebuildReadModels } from './adapters/prisma/rebuild.js';
import { verifySchema, verifySessions } from './adapters/prisma/requirements/verify.js';
import { readDatabaseConfig } from './config.js';

/** `npm run rebuild`: drops the read models and fills them from the event log, in one transaction. */
async function main(): Promise<void> {
  const config = readDatabaseConfig(process.env);
  const logger = createPinoLogger({ level: config.logLevel });
  const own =
    config.databaseUrl === null ? await startEmbeddedPostgres({ dataDir: config.dataDir, logger }) : null;
  try {
    const urls = own ?? { databaseUrl: config.databaseUrl ?? '', migrationUrl: config.databaseMigrationUrl };
    // Read models are emptied and locked, which takes more than serving.
    const databaseUrl = urls.migrationUrl ?? urls.databaseUrl;
    const database = openDatabase({ databaseUrl, logger, statementTimeoutMs: 0 });
    try {
      await verifySessions(database);
      await prepareDatabase(urls);
      await verifySchema(database);
      const events = await rebuildReadModels(database);
      logger.info('read_models.rebuilt', { events });
      process.stderr.write(`Rebuilt the read models from ${events} events.\n`);
    } finally {
      await database.$disconnect();
    }
  } finally {
    await own?.stop();
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`Cannot rebuild: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
