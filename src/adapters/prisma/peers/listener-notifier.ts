import pg from 'pg';
import type { ProcessId } from '../../../application/ports/peers.js';
import { storedMessageAround } from '../../codec/peer-message-codec.js';
import type { AppendNotifier } from '../append/append-notifier.js';
import { type AppendStatements, appendStatements, UNTOLD } from '../append/append-statements.js';
import { MAX_PAYLOAD_BYTES } from './channel.js';
import { payloadStarts } from './payload-rows.js';

export interface ListenerNotifier extends AppendNotifier {
  /**
   * Whether somebody may listen: nobody does at first. Resolves when what was being stored without being told is stored,
   * or has failed.
   */
  expectListeners(areThere: boolean): Promise<void>;
}

/** Notifies listeners with the commit that stores something, so that nobody hears of what was not stored. */
export function createListenerNotifier(from: ProcessId, channel: string): ListenerNotifier {
  const notifying = notifyingStatements(from, channel);
  const untold = new Set<Promise<unknown>>();
  let isHeard = false;
  return {
    append: (append) => {
      if (isHeard) return append(notifying);
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

/**
 * The rows of what was stored, as the codec reads them, in as few payloads as they fit into. One that is too large for
 * any says no more than where its stream stands. A payload that would still be too large is not sent, because PostgreSQL
 * would store nothing then.
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
