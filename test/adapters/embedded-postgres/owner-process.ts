import { startEmbeddedPostgres } from '../../../src/adapters/embedded-postgres/embedded-postgres.js';

/** A process that owns an embedded PostgreSQL, so that a test can kill the owner. */
const dataDir = process.argv[2];
if (dataDir === undefined) throw new Error('Give the data directory.');
const silent = () => {};
const logger = { debug: silent, info: silent, warn: silent, error: silent };

const postgres = await startEmbeddedPostgres({ dataDir, logger });
process.once('SIGINT', async () => {
  process.stdout.write(`${JSON.stringify({ databaseAlive: isAlive(postgres.pid) })}\n`);
  await postgres.stop();
  process.exit(0);
});
process.once('SIGTERM', () => process.exit(3));
process.once('SIGUSR2', () => {
  throw new Error('Nobody has expected this.');
});
process.stdout.write(`${JSON.stringify({ databaseUrl: postgres.migrationUrl, postmaster: postgres.pid })}\n`);
setInterval(() => {}, 60_000);

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
