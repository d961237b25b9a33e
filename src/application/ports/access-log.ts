import type { Instant } from '../../domain/instant.js';
import type { Actor } from './event-store.js';

/** Who looked: somebody known, or in demo mode a connection that has not said who it is. */
export type Reader = Pick<Actor, 'id'> & { readonly kind: Actor['kind'] | 'anyone' };

/** The ways in which somebody was shown something. Writes are in the event log already. */
export type ReadAction =
  | 'join'
  /** The presence that began with a join has ended: the reader heard the room until then. */
  | 'leave'
  | 'catch_up'
  | 'read_messages'
  | 'read_consultation'
  | 'list_consultations'
  /** A change that had been made before, or that changed nothing. It was answered with the present state. */
  | 'repeat_change'
  | 'read_audit_trail'
  | 'read_access_log'
  | 'read_patient'
  | 'list_patients';

/** How somebody asks. `process` is the host application in whose process the chat runs. */
export const ACCESS_CHANNELS = ['socket', 'http', 'process'] as const;
export type AccessChannel = (typeof ACCESS_CHANNELS)[number];

export interface ReadAccess {
  readonly at: Instant;
  readonly reader: Reader;
  /** null unless the read was of a single consultation. */
  readonly consultationId: string | null;
  /** The person whom the request was about; null if it named nobody, or only a consultation. */
  readonly subject: Reader | null;
  readonly action: ReadAction;
  readonly channel: AccessChannel;
  /** The id of the connection or of the request. The log has the same id. */
  readonly requestId: string;
}

/** One line of the access log. It tells who read or wrote what, when and how, but never what it said. */
export interface AccessLogEntry {
  readonly at: Instant;
  readonly reader: Reader;
  /** Never null for a write. */
  readonly consultationId: string | null;
  /** null for a write. */
  readonly subject: Reader | null;
  readonly kind: 'read' | 'write';
  /** A `ReadAction`, or the type of the event that was written. */
  readonly action: string;
  /** null for a write, because the event log does not keep it. */
  readonly channel: AccessChannel | null;
  readonly requestId: string | null;
}

export interface AccessLogFilter {
  readonly consultationId: string | null;
  /** Who has read or written. */
  readonly person: Reader | null;
  /**
   * Whom the entries are about. That is every entry that names this person as its subject and, for a patient, every
   * entry about the patient's consultations. null, or left out, for anybody.
   */
  readonly subject?: Reader | null;
  /** Inclusive. */
  readonly from: Instant | null;
  /** Exclusive. */
  readonly to: Instant | null;
}

/** Opaque. Only the adapter that gave it can read it. */
export type AccessLogCursor = string;

export interface AccessLogPage {
  /** Newest first. */
  readonly entries: readonly AccessLogEntry[];
  /** null on the last page. */
  readonly next: AccessLogCursor | null;
}

export type RecordOutcome =
  | { readonly outcome: 'recorded' }
  /** Too many entries are waiting. Nothing was stored, so nothing may be shown. */
  | { readonly outcome: 'overloaded'; readonly retryAfterMs: number };

/** How many entries one page may have, whatever limit is asked for. */
export const MAX_ACCESS_LOG_PAGE = 200;

export interface AccessLog {
  /**
   * Stores an entry. Nothing may be shown before this resolves, because only then is the entry durable. Concurrent
   * calls share a round trip.
   *
   * @throws when the database does not answer. Whether the entry was stored is then unknown.
   */
  record(access: ReadAccess): Promise<RecordOutcome>;
  /**
   * Stores an entry that nobody waits for, such as that somebody has left. It is stored at least once, however long
   * the database stays away. An entry that cannot be kept that long, or that can never be stored, is logged with its
   * ids and counted.
   */
  note(access: ReadAccess): void;
  /**
   * Called when the server stops. Resolves when every noted entry is stored, or reported as lost because the time is
   * over.
   *
   * @param silentMs the longest time, in ms, in which none is stored.
   * @param limitMs the longest time in all, in ms, however many are stored meanwhile; `silentMs` when left out.
   */
  settle(silentMs: number, limitMs?: number): Promise<void>;
  /**
   * Reads entries, newest first, reads and writes together. A page begins exactly after the one that gave the cursor,
   * however many entries have been added since.
   *
   * @param limit at least 1; a limit above `MAX_ACCESS_LOG_PAGE` counts as that.
   * @returns null for a cursor that cannot be read.
   * @throws when the database does not answer.
   */
  query(filter: AccessLogFilter, after: AccessLogCursor | null, limit: number): Promise<AccessLogPage | null>;
}
