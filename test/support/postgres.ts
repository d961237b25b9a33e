import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';

export { startPostgresCluster } from './postgres-cluster.js';

/** A database of one test's own, on the shared PostgreSQL of the run. */
export interface TestDatabase {
  readonly databaseUrl: string;
  /** Drops it, open connections and all; calling it again does nothing. */
  drop(): Promise<void>;
}

const OBJECT_IN_USE = '55006';
const CREATE_ATTEMPTS = 50;
const CREATE_RETRY_MS = 50;

/** Runs one statement in the maintenance database. */
async function asAdmin(statement: string): Promise<void> {
  const admin = new pg.Client({ connectionString: inject('testPostgres').adminUrl });
  await admin.connect();
  try {
    await admin.query(statement);
  } finally {
    await admin.end();
  }
}

async function createDatabase(statement: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await asAdmin(statement);
    } catch (error) {
      // Somebody, such as autovacuum, is in the template at this moment.
      const busy = error instanceof pg.DatabaseError && error.code === OBJECT_IN_USE;
      if (!busy || attempt >= CREATE_ATTEMPTS) throw error;
      await delay(CREATE_RETRY_MS);
    }
  }
}

async function testDatabase(template: string): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  // A copy of its files. By itself, PostgreSQL writes every page of it into the log as well, five times the work.
  await createDatabase(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
  const url = new URL(inject('testPostgres').adminUrl);
  url.pathname = `/${name}`;
  return { databaseUrl: url.href, drop: () => asAdmin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

/** A fresh database with every migration applied. Drop it in `afterAll` or `onTestFinished`. */
export function createTestDatabase(): Promise<TestDatabase> {
  return testDatabase(inject('testPostgres').template);
}

/** A fresh database with nothing in it, for tests of the migrations themselves. */
export function createEmptyDatabase(): Promise<TestDatabase> {
  return testDatabase('template0');
}

/** A copy of one to which nobody is connected. */
export function copyTestDatabase({ databaseUrl }: TestDatabase): Promise<TestDatabase> {
  return testDatabase(new URL(databaseUrl).pathname.slice(1));
}
