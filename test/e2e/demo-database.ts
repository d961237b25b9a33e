import { copyTestDatabase, createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { withBackOffice } from './back-office.js';

/** The one that the others are copies of; nobody is connected to it. */
let furnished: Promise<TestDatabase> | undefined;

async function furnish(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  await withBackOffice(database.databaseUrl, ({ application }) => application.jobs.seedDemoData());
  return database;
}

/**
 * The variables that let a server serve the demo data from a database of its own on the PostgreSQL of the run: for tests
 * of something else than the PostgreSQL that a server starts by itself, which takes as much work as the server. It is not
 * dropped, because the server may run for longer than the test; it goes with the run.
 */
export async function demoDatabase(): Promise<{ readonly DATABASE_URL: string }> {
  furnished ??= furnish();
  const { databaseUrl } = await copyTestDatabase(await furnished);
  return { DATABASE_URL: databaseUrl };
}
