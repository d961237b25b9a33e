import type pg from 'pg';
import { UrlOnlyClient } from './url-only-client.js';

const READ_TIMEOUT_MESSAGE = 'Query read timeout';

/**
 * A connection that closes itself when a statement of a transaction got no answer in time. pg itself gives up the wait
 * and keeps the connection, Prisma then puts it back into the pool with the transaction still open in it, and what the
 * next borrower writes there is acknowledged and never committed.
 */
export class FailFastClient extends UrlOnlyClient {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    const query = this.query.bind(this) as (...args: unknown[]) => unknown;
    // Pooled statements pass a callback and the pool drops their connection itself; those of a transaction await.
    const watched = (...args: unknown[]): unknown => {
      const answer = query(...args);
      if (answer instanceof Promise) answer.catch((error: unknown) => this.closeAfter(error));
      return answer;
    };
    Object.assign(this, { query: watched });
  }

  private closeAfter(error: unknown): void {
    if (error instanceof Error && error.message === READ_TIMEOUT_MESSAGE) this.connection.stream.destroy();
  }
}
