import { randomBytes } from 'node:crypto';
import { openPeer, type Peer, type PeerOptions, requestOf } from './peer.js';
import type { StrikeContext } from './strike.js';

const HANDSHAKE_LIMIT_MS = 8_000;
const MASKED = 0x80;
const LONG = 127;
const TEXT = 0x81;
export const PING = 0x89;

/** A WebSocket to Socket.IO that says what it is told to, and reads nothing of what comes but as bytes. */
export interface WebSocketPeer extends Peer {
  say(...packets: readonly string[]): void;
}

/**
 * Opens one and signs in, where a token is given.
 *
 * @returns null when the server did not let it in.
 */
export async function openWebSocketPeer(
  context: StrikeContext,
  token: string | null,
  options?: PeerOptions,
): Promise<WebSocketPeer | null> {
  const peer = openPeer(context, options);
  peer.write(
    requestOf(context.target, 'GET /socket.io/?EIO=4&transport=websocket', [
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    ]),
  );
  await peer.until(() => peer.heard().includes('"sid"'), HANDSHAKE_LIMIT_MS);
  const say = (...packets: readonly string[]): void =>
    peer.write(Buffer.concat(packets.map((packet) => frameOf(packet))));
  if (token !== null) {
    say(`40${JSON.stringify({ token })}`);
    await peer.until(() => /40\{"sid"|44\{/.test(peer.heard()), HANDSHAKE_LIMIT_MS);
  }
  if (peer.heard().startsWith('HTTP/1.1 101') && !peer.isOver()) return { ...peer, say };
  peer.destroy();
  return null;
}

/** Of a client, whose mask is all zeros and so changes nothing. A length of 64 bits is allowed for short ones, too. */
export function frameOf(text: string, opcode = TEXT): Buffer {
  const payload = Buffer.from(text);
  const head = Buffer.alloc(2 + 8 + 4);
  head[0] = opcode;
  head[1] = MASKED | LONG;
  head.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([head, payload]);
}

/** As Socket.IO asks for one page of the neighbour's conversation, with an answer. */
export function askForPage(consultationId: string, id: number): string {
  return `42${id}${JSON.stringify(['get_messages', { consultationId, limit: 200 }])}`;
}

export function askToJoin(consultationId: string, id: number): string {
  return `42${id}${JSON.stringify(['join_consultation', { consultationId, after: 0 }])}`;
}
