import pg from 'pg';
import type { Logger } from '../../../application/ports/logger.js';
import type { ProcessId } from '../../../application/ports/peers.js';
import { storedMessageAround } from '../../codec/peer-message-codec.js';
import type { AppendNotifier } from '../append/append-notifier.js';
import { type AppendStatements, appendStatements, UNTOLD } from '../append/append-statements.js';
import { isLimitExceeded } from '../connection/errors.js';
import { MAX_PAYLOAD_BYTES } from './channel.js';
import { payloadStarts } from './payload-rows.js';

export interface ListenerNotifier extends AppendNotifier {
  /**
   * Sets whether somebody may listen; at first nobody does. Resolves when the appends that began without a notification
   * have ended.
   */
  expectListeners(areThere: boolean): Promise<void>;
}

export interface ListenerNotifierOptions {
  readonly from: ProcessId;
  readonly channel: string;
  readonly logger: Logger;
  /** Called when something was stored, or may have been, without a notification to those who listen. */
  readonly leftUntold: () => void;
}

/**
 * Notifies listeners with the commit that stores something, so that nobody hears of what was not stored. PostgreSQL
 * takes no more notifications if any session has not read its own for a long time; then events are stored without one.
 */
export function createListenerNotifier(options: ListenerNotifierOptions): ListenerNotifier {
  const { from, channel, logger, leftUntold } = options;
  const notifying = notifyingStatements(from, channel);
  const untold = new Set<Promise<unknown>>();
  let isHeard = false;
  let isFull = false;

  /** If a row was too large, PostgreSQL has given the same answer, and gives it again without a notification. */
  async function withoutNotifying<Stored>(append: Append<Stored>, error: unknown): Promise<Stored> {
    if (!isLimitExceeded(error)) throw error;
    try {
      const stored = await append(UNTOLD);
      if (!isFull) logger.warn('peers.queue_full');
      isFull = true;
      return stored;
    } finally {
      leftUntold();
    }
  }

  async function appendAndNotify<Stored>(append: Append<Stored>): Promise<Stored> {
    let stored: Stored;
    try {
      stored = await append(notifying);
    } catch (error) {
      return withoutNotifying(append, error);
    }
    isFull = false;
    return stored;
  }

  return {
    append: (append) => {
      if (isHeard) return appendAndNotify(append);
      const appending = append(UNTOLD);
      untold.add(appending);
      const forget = (): void => void untold.delete(appending);
      appending.then(forget, forget);
      return appending;
    },
    expectListeners: async (areThere) => {
      isHeard = areThere;
      if (areThere) await Promise.allSettled(untold);
    },
  };
}

type Append<Stored> = (statements: AppendStatements) => Promise<Stored>;

/**
 * These statements send the rows that they have stored, as the codec reads them, in as few payloads as possible. Of a
 * row that is too large for a payload, only its stream and version are sent. A payload that would still be too large is
 * not sent, because PostgreSQL would then store nothing.
 */
function notifyingStatements(from: ProcessId, channel: string): AppendStatements {
  const { before, after } = storedMessageAround(from);
  const maxRowsBytes = MAX_PAYLOAD_BYTES - Buffer.byteLength(before) - Buffer.byteLength(after);
  const [onChannel, first, last] = [channel, before, after].map(pg.escapeLiteral);
  const select = `
UNION ALL SELECT NULL, NULL, NULL FROM (
  SELECT string_agg(CASE WHEN octet_length(item) <= ${maxRowsBytes} THEN item
                         ELSE json_build_array(stream_id, version)::text END, ',' ORDER BY place) AS items
  FROM incoming JOIN appended USING (stream_id, version)
  GROUP BY width_bucket(place, $3::text::bigint[])
) AS told
WHERE CASE WHEN octet_length(items) <= ${maxRowsBytes} THEN pg_notify(${onChannel}, ${first} || items || ${last})::text <> '' END`;
  return appendStatements({ select }, (rows, guards) => {
    const texts = rows.map((row) => JSON.stringify(row));
    return [`[${texts.join(',')}]`, guards, `{${payloadStarts(texts, maxRowsBytes).join(',')}}`];
  });
}
