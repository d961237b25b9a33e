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
 * A connection that stays open when PostgreSQL has only refused a row, and that closes itself when a statement of a
 * transaction gets no answer in time. Otherwise pg would give up waiting and keep the connection. Prisma would then
 * put it back into the pool with the transaction still open in it, and what the next borrower writes there would be
 * acknowledged and never committed.
 */
export class FailFastClient extends UrlOnlyClient {
  private refusal: unknown;
  private giveBack: Release | undefined;

  /** pg's pool sets this function for each borrower. Called with an error, it drops the connection. */
  get release(): Release | undefined {
    return this.giveBack;
  }

  set release(giveBack: Release) {
    this.giveBack = (error) => giveBack(error === this.refusal ? undefined : error);
  }

  constructor(config?: string | pg.ClientConfig) {
    super(config);
    const query = this.query.bind(this) as (...args: unknown[]) => unknown;
    // Statements of the pool pass a callback, and the pool drops their connection itself. Statements of a transaction
    // return a promise.
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
   * Keeps the connection after PostgreSQL has refused a row of a statement outside of a transaction. The pool would
   * drop it after any error. But such a statement leaves nothing open, and when two processes write a lot, each clash
   * would cost a connection.
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

/** Prisma's own parsers replace the offset of an instant by that of UTC and keep the digits. These read the offset. */
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
