import type { Instant } from '../../domain/instant.js';
import type { Actor } from './event-store.js';

/** Who looked: somebody known, or in demo mode a connection that has not said who it is. */
export type Reader = Pick<Actor, 'id'> & { readonly kind: Actor['kind'] | 'anyone' };

/** What somebody was shown, and how. Writes are in the event log already. */
export type ReadAction =
  | 'join'
  /** The presence that began with a join has ended: the reader heard the room until then. */
  | 'leave'
  | 'catch_up'
  | 'read_messages'
  | 'read_consultation'
  | 'list_consultations'
  /** A change that had been made before, or that changed nothing, was answered with the present state. */
  | 'repeat_change'
  | 'read_audit_trail'
  | 'read_access_log'
  | 'read_patient'
  | 'list_patients';

/** By which way somebody asks; `process` is the host application that the chat runs in. */
export const ACCESS_CHANNELS = ['socket', 'http', 'process'] as const;
export type AccessChannel = (typeof ACCESS_CHANNELS)[number];

export interface ReadAccess {
  readonly at: Instant;
  readonly reader: Reader;
  /** null unless a single consultation was read. */
  readonly consultationId: string | null;
  /** The person who was asked about; null where nobody was named, or only a consultation. */
  readonly subject: Reader | null;
  readonly action: ReadAction;
  readonly channel: AccessChannel;
  /** The connection's or the request's id, as in the log. */
  readonly requestId: string;
}

/** One line of the access log: who read or wrote what, when and how; never what it said. */
export interface AccessLogEntry {
  readonly at: Instant;
  readonly reader: Reader;
  /** Never null for what was written. */
  readonly consultationId: string | null;
  /** null for what was written. */
  readonly subject: Reader | null;
  readonly kind: 'read' | 'write';
  /** A `ReadAction`, or the type of the event that was written. */
  readonly action: string;
  /** null for what was written: the event log does not keep it. */
  readonly channel: AccessChannel | null;
  readonly requestId: string | null;
}

export interface AccessLogFilter {
  readonly consultationId: string | null;
  /** Who read or wrote. */
  readonly person: Reader | null;
  /**
   * Whom the entries are about: those that name this person as their subject and, for a patient, all that concern the
   * patient's consultations. null, or left out, for anybody.
   */
  readonly subject?: Reader | null;
  /** Inclusive. */
  readonly from: Instant | null;
  /** Exclusive. */
  readonly to: Instant | null;
}

/** Opaque; it belongs to the adapter that gave it. */
export type AccessLogCursor = string;

export interface AccessLogPage {
  /** Newest first. */
  readonly entries: readonly AccessLogEntry[];
  /** null on the last page. */
  readonly next: AccessLogCursor | null;
}

export type RecordOutcome =
  | { readonly outcome: 'recorded' }
  /** Too many entries are waiting; nothing was stored, and nothing may be shown. */
  | { readonly outcome: 'overloaded'; readonly retryAfterMs: number };

/** Entries on one page, whatever limit is asked for. */
export const MAX_ACCESS_LOG_PAGE = 200;

export interface AccessLog {
  /**
   * Resolves when the entry is durable: nothing is shown before. Concurrent calls share a round trip.
   *
   * @throws when the database does not answer; whether the entry was stored is then unknown.
   */
  record(access: ReadAccess): Promise<RecordOutcome>;
  /**
   * Stores an entry that nobody waits for, such as that somebody has left: at least once, and however long the database
   * stays away. An entry that cannot be kept that long, or that can never be stored, is reported with its ids and
   * counted.
   */
  note(access: ReadAccess): void;
  /**
   * For shutting down: resolves when every noted entry is stored, or reported as lost because the time is over.
   *
   * @param silentMs milliseconds in which none was stored.
   * @param limitMs milliseconds from now, however many are stored meanwhile; `silentMs` unless told.
   */
  settle(silentMs: number, limitMs?: number): Promise<void>;
  /**
   * Newest first, reads and writes together. A page goes on exactly behind the one that gave the cursor, however many
   * entries have come since.
   *
   * @param limit from 1; a higher one than `MAX_ACCESS_LOG_PAGE` counts as that.
   * @returns null for a cursor that cannot be read.
   * @throws when the database does not answer.
   */
  query(filter: AccessLogFilter, after: AccessLogCursor | null, limit: number): Promise<AccessLogPage | null>;
}
