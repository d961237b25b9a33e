import 'vitest';

/** What test/support/global-setup.ts hands to the tests of a run. */
export interface TestPostgres {
  /** A superuser's URL of the shared cluster's maintenance database. */
  readonly adminUrl: string;
  /** A migrated database to copy. */
  readonly template: string;
  /** Everything of this run is below it, and goes with it. */
  readonly runDirectory: string;
  /** A data directory to copy: no PostgreSQL runs on it, and {@link CLUSTER_DATABASE} in it is migrated. */
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
export const TEMPLATE_DATABASE = 'chat_template';
/** The migrated database in each cluster of a test's own. */
export const CLUSTER_DATABASE = 'chat';
