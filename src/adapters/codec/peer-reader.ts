import type { Metrics } from '../../application/ports/metrics.js';
import type { PeerMessage, ProcessId } from '../../application/ports/peers.js';
import { decodePeerMessage, peerMessageStart } from './peer-message-codec.js';

/** A message of a newer version as a whole, of which nothing can be read: not even whose it is. */
const OF_ANOTHER_FORM: PeerMessage = { from: 'unknown', number: null, news: { type: 'unknown' } };

/**
 * Reads what arrives on a channel on which the process also hears itself. Its own messages are many and are skipped
 * unread, all but `alive`, which shows how long a message takes to come back. Malformed messages are counted.
 *
 * @returns a function from a text to its message; null if the text is of no use to this process.
 */
export function createPeerReader(
  processId: ProcessId,
  metrics: Metrics,
): (text: string) => PeerMessage | null {
  const own = peerMessageStart(processId);
  return (text) => {
    if (text.startsWith(own) && !isAlive(text, own.length)) return null;
    const message = decodePeerMessage(text);
    if (message === 'unknown') return OF_ANOTHER_FORM;
    if (message !== 'malformed') return message;
    metrics.count('peer_messages_malformed_total');
    return null;
  };
}

function isAlive(text: string, numberAt: number): boolean {
  return text.startsWith('"alive"', text.indexOf(',', numberAt) + 1);
}
