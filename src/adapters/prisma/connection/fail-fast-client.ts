import pg from 'pg';
import { isCausedByOneRow } from './errors.js';
import { UrlOnlyClient } from './url-only-client.js';

const READ_TIMEOUT_MESSAGE = 'Query read timeout';
const { TIMESTAMPTZ } = pg.types.builtins;

type GetTypeParser = (oid: number, format?: string) => (value: string) => unknown;
interface OwnTypes {
  types?: { getTypeParser: GetTypeParser };
}
type Answer = (error: unknown, result: unknown) => void;
type Release = (error?: unknown) => void;

/**
 * A connection that stays where PostgreSQL has only refused a row, and that closes itself when a statement of a transaction got no answer in time. pg itself gives up the wait
 * and keeps the connection, Prisma then puts it back into the pool with the transaction still open in it, and what the
 * next borrower writes there is acknowledged and never committed.
 */
export class FailFastClient extends UrlOnlyClient {
  private refusal: unknown;
  private giveBack: Release | undefined;

  /** What pg's pool sets for each borrower. Given an error, it drops the connection. */
  get release(): Release | undefined {
    return this.giveBack;
  }

  set release(giveBack: Release) {
    this.giveBack = (error) => giveBack(error === this.refusal ? undefined : error);
  }

  constructor(config?: string | pg.ClientConfig) {
    super(config);
    const query = this.query.bind(this) as (...args: unknown[]) => unknown;
    // Pooled statements pass a callback, and the pool drops their connection itself; those of a transaction await.
    const watched = (...args: unknown[]): unknown => {
      readInstantsByOffset(args[0]);
      const callback = args.at(-1);
      if (typeof callback === 'function') args[args.length - 1] = this.keptAfterRefusal(callback as Answer);
      const answer = query(...args);
      if (answer instanceof Promise) answer.catch((error: unknown) => this.closeAfter(error));
      return answer;
    };
    Object.assign(this, { query: watched });
  }

  /**
   * The pool drops a connection after any error. A statement of its own that meets another writer's row leaves nothing
   * behind, and where two processes write a lot, each meeting would cost a connection.
   */
  private keptAfterRefusal(callback: Answer): Answer {
    return (error, result) => {
      this.refusal = isCausedByOneRow(error) ? error : undefined;
      callback(error, result);
    };
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
