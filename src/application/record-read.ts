import type { Sender } from '../domain/consultation/events.js';
import { readerOf } from './access.js';
import type { Parties } from './notification.js';
import type { AccessLog, ReadAction } from './ports/access-log.js';
import type { Clock } from './ports/clock.js';
import { type Refusal, refuse } from './refusal.js';
import type { Requester } from './requester.js';

export interface Reading {
  readonly consultationId: string;
  readonly parties: Parties;
  readonly action: ReadAction;
  /** As whom a caller of demo mode says that they read; null when they do not say. */
  readonly claimed: Sender | null;
}

/** Puts a reading into the access log, before anything is shown. @returns why nothing may be shown; null when it may. */
export type RecordRead = (by: Requester, reading: Reading) => Promise<Refusal | null>;

export interface RecordReadDependencies {
  readonly accessLog: AccessLog;
  readonly clock: Clock;
}

export function createRecordRead({ accessLog, clock }: RecordReadDependencies): RecordRead {
  return async (by, { consultationId, parties, action, claimed }) => {
    const { channel, requestId } = by;
    const reader = readerOf(by, parties, claimed);
    const at = clock.now();
    const recorded = await accessLog.record({ at, reader, consultationId, action, channel, requestId });
    return recorded.outcome === 'recorded'
      ? null
      : refuse('server.overloaded', { retryAfterMs: recorded.retryAfterMs });
  };
}
