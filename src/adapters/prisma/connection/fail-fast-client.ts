import pg from 'pg';
import { UrlOnlyClient } from './url-only-client.js';

const READ_TIMEOUT_MESSAGE = 'Query read timeout';
const { TIMESTAMPTZ } = pg.types.builtins;

type GetTypeParser = (oid: number, format?: string) => (value: string) => unknown;
interface OwnTypes {
  types?: { getTypeParser: GetTypeParser };
}

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
      readInstantsByOffset(args[0]);
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

/** Prisma brings parsers of its own, which replace the offset of an instant by that of UTC and keep the digits. */
function readInstantsByOffset(query: unknown): void {
  if (typeof query !== 'object' || query === null) return;
  const { types } = query as OwnTypes;
  if (types === undefined) return;
  const given = types.getTypeParser;
  types.getTypeParser = (oid, format) =>
    oid === TIMESTAMPTZ && format === 'text' ? inUtc : given(oid, format);
}

const parseInstant = pg.types.getTypeParser(TIMESTAMPTZ, 'text') as (text: string) => unknown;

function inUtc(text: string): string {
  const instant = parseInstant(text);
  return instant instanceof Date ? instant.toISOString().replace('Z', '+00:00') : text;
}
