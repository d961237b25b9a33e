import type { Metrics } from '../../application/ports/metrics.js';
import type { PeerMessage, ProcessId } from '../../application/ports/peers.js';
import { decodePeerMessage, peerMessageStart } from './peer-message-codec.js';

/**
 * Reads what arrives on a channel on which a process hears itself, too. Its own words, which are many, are left out unread:
 * all that are of use are those that tell how long that takes. What says nothing in any version is counted.
 *
 * @returns a function from a text to what it says; null where it is of no use to this process.
 */
export function createPeerReader(
  processId: ProcessId,
  metrics: Metrics,
): (text: string) => PeerMessage | null {
  const own = peerMessageStart(processId);
  return (text) => {
    if (text.startsWith(own) && !isAlive(text, own.length)) return null;
    const message = decodePeerMessage(text);
    if (message === 'unknown') return null;
    if (message !== 'malformed') return message;
    metrics.count('peer_messages_malformed_total');
    return null;
  };
}

function isAlive(text: string, numberAt: number): boolean {
  return text.startsWith('"alive"', text.indexOf(',', numberAt) + 1);
}
