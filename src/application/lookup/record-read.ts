import type { Sender } from '../../domain/consultation/events.js';
import { type Refusal, refuse } from '../answers/refusal.js';
import type { AccessLog, ReadAction, Reader } from '../ports/access-log.js';
import type { ConnectionId } from '../ports/broadcaster.js';
import type { Clock } from '../ports/clock.js';
import type { Parties } from '../ports/notification.js';
import { readerOf, readerPresent } from './access.js';
import type { Attendee } from './attendee.js';
import type { Requester } from './requester.js';

/** A read of one consultation. */
export interface Reading {
  readonly consultationId: string;
  readonly parties: Parties;
  readonly action: ReadAction;
  /** The party that a caller in demo mode claims to be. null, or left out, if they claim none. */
  readonly claimed?: Sender | null;
  /** A person whom the request also names. Nobody when left out. */
  readonly subject?: Reader | null;
}

/** A read of people, or of anything else that is not a single consultation. */
export interface ReadingOfPeople {
  readonly consultationId?: never;
  /** The person whom the request is about; null for nobody in particular. */
  readonly subject: Reader | null;
  readonly action: ReadAction;
}

/**
 * Puts a read into the access log, before anything is shown.
 *
 * @returns why nothing may be shown; null when it may.
 */
export type RecordRead = (by: Requester, reading: Reading | ReadingOfPeople) => Promise<Refusal | null>;

export interface RecordReadDependencies {
  readonly accessLog: Pick<AccessLog, 'record'>;
  readonly clock: Clock;
}

export function createRecordRead({ accessLog, clock }: RecordReadDependencies): RecordRead {
  return async (by, reading) => {
    const { channel, requestId } = by;
    const { action, consultationId = null, subject = null } = reading;
    const reader = 'parties' in reading ? readerOf(by, reading.parties, reading.claimed) : readerOf(by);
    const at = clock.now();
    const recorded = await accessLog.record({
      at,
      reader,
      consultationId,
      subject,
      action,
      channel,
      requestId,
    });
    return recorded.outcome === 'recorded'
      ? null
      : refuse('server.overloaded', { retryAfterMs: recorded.retryAfterMs });
  };
}

/**
 * Records several reads for one answer that shows them together.
 *
 * @returns why nothing may be shown; null when it may.
 */
export async function recordAll(
  recordRead: RecordRead,
  by: Requester,
  readings: readonly (Reading | ReadingOfPeople)[],
): Promise<Refusal | null> {
  const recorded = await Promise.all(readings.map((reading) => recordRead(by, reading)));
  return recorded.find((refusal) => refusal !== null) ?? null;
}

/** Puts into the access log that somebody has left a room. Nobody waits for it. */
export type NoteLeave = (connectionId: ConnectionId, consultationId: string, attendee: Attendee) => void;

export interface NoteLeaveDependencies {
  readonly accessLog: Pick<AccessLog, 'note'>;
  readonly clock: Clock;
}

export function createNoteLeave({ accessLog, clock }: NoteLeaveDependencies): NoteLeave {
  return (connectionId, consultationId, attendee) => {
    accessLog.note({
      at: clock.now(),
      reader: readerPresent(attendee, connectionId),
      consultationId,
      subject: null,
      action: 'leave',
      channel: 'socket',
      requestId: connectionId,
    });
  };
}
