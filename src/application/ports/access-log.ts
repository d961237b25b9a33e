import type { Instant } from '../../domain/instant.js';
import type { Actor } from './event-store.js';

/** Who looked: somebody known, or in demo mode a connection that has not said who it is. */
export type Reader = Pick<Actor, 'id'> & { readonly kind: Actor['kind'] | 'anyone' };

/** How somebody read a consultation. Writing stands in the event log already. */
export type ReadAction =
  | 'join'
  | 'catch_up'
  | 'read_messages'
  | 'read_consultation'
  | 'read_audit_trail'
  | 'read_access_log';

export interface ReadAccess {
  readonly at: Instant;
  readonly reader: Reader;
  readonly consultationId: string;
  readonly action: ReadAction;
  readonly channel: 'socket' | 'http';
  /** The connection's or the request's id, as in the log. */
  readonly requestId: string;
}

/** One line of the access log: who read or wrote which consultation, when and how; never what it said. */
export interface AccessLogEntry {
  readonly at: Instant;
  readonly reader: Reader;
  readonly consultationId: string;
  readonly kind: 'read' | 'write';
  /** A `ReadAction`, or the type of the event that was written. */
  readonly action: string;
  /** null for what was written: the event log does not keep it. */
  readonly channel: 'socket' | 'http' | null;
  readonly requestId: string | null;
}

export interface AccessLogFilter {
  readonly consultationId: string | null;
  readonly person: Reader | null;
  /** Inclusive. */
  readonly from: Instant | null;
  /** Exclusive. */
  readonly to: Instant | null;
}

/** Opaque; it belongs to the adapter that gave it. */
export type AccessLogCursor = string;

export interface AccessLog {
  /** Resolves when the entry is durable: nothing is shown before. Concurrent calls share a round trip. @throws when the database does not answer. */
  record(access: ReadAccess): Promise<void>;
  /** Newest first, reads and writes together. `next` is null on the last page. An unreadable cursor answers null. */
  query(
    filter: AccessLogFilter,
    after: AccessLogCursor | null,
    limit: number,
  ): Promise<{ readonly entries: readonly AccessLogEntry[]; readonly next: AccessLogCursor | null } | null>;
}
