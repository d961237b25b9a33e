import 'vitest';

/** What test/support/global-setup.ts hands to the tests of a run. */
export interface TestPostgres {
  /** A superuser's URL of the shared cluster's maintenance database. */
  readonly adminUrl: string;
  /** A migrated database to copy. */
  readonly template: string;
  /** Everything of this run is below it, and goes with it. */
  readonly runDirectory: string;
  /** A data directory to copy: no PostgreSQL runs on it, and {@link MIGRATED_DATABASE} in it is migrated. */
  readonly pristineCluster: string;
  readonly password: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    testPostgres: TestPostgres;
    /** What is run in the place of `dist/main.js`; null for that itself. */
    program: string | null;
  }
}

export const MAINTENANCE_DATABASE = 'postgres';
/** The migrated database: in the shared cluster the template of the tests' own, in a cluster of a test's own the one to use. */
export const MIGRATED_DATABASE = 'chat';
