import { hold, type Peer, requestOf, withPeers } from '../peer.js';
import type { Strike, StrikeContext } from '../strike.js';

const CONNECTIONS = 30;
const H2C_CONNECTIONS = 10;
const ANSWER_LIMIT_MS = 5_000;
/** How long what is left half-open stays so, on this side. */
const HALF_OPEN_MS = 5_000;

const WEBSOCKET = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
];
const H2C = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'];

/** Who does not end the connection that was answered: at once, only their half of it, or not at all. */
type Parting = (context: StrikeContext, peer: Peer) => Promise<void>;
const closeAtOnce: Parting = async (_context, peer) => peer.destroy();
const closeHalf: Parting = async (context, peer) => {
  peer.socket.end();
  await hold(context, HALF_OPEN_MS);
};
const stay: Parting = (context) => hold(context, HALF_OPEN_MS);
const PARTINGS = [closeAtOnce, closeHalf, stay] as const;

/** On a connection that has been answered before, an upgrade that nobody on the server wants. */
export const upgradeElsewhere: Strike = async (context) => {
  const { target } = context;
  const upgraded = await withPeers(
    context,
    CONNECTIONS,
    async (peer, index) => {
      peer.write(requestOf(target, 'GET /healthz'));
      await peer.until(() => peer.answers() > 0, ANSWER_LIMIT_MS);
      if (peer.answers() === 0) return false;
      await new Promise<void>((resolve) =>
        peer.socket.write(requestOf(target, 'GET /x', WEBSOCKET), () => resolve()),
      );
      await PARTINGS[index % PARTINGS.length]?.(context, peer);
      return true;
    },
    { isHalfOpen: true },
  );
  const count = upgraded.filter(Boolean).length;
  return { effective: count > 0, note: `${count} of ${CONNECTIONS} upgraded after an answer` };
};

/** What curl and Java send that would like to speak HTTP/2. */
export const upgradeToHttp2: Strike = async (context) => {
  const { target } = context;
  const answered = await withPeers(context, H2C_CONNECTIONS, async (peer) => {
    peer.write(requestOf(target, 'GET /healthz', H2C));
    await peer.until(() => peer.answers() > 0, ANSWER_LIMIT_MS);
    return peer.answers() > 0 ? 'answered' : peer.isCut() ? 'ended' : 'nothing';
  });
  const count = (what: string): number => answered.filter((one) => one === what).length;
  const note = `${count('answered')} of ${H2C_CONNECTIONS} answered, ${count('ended')} ended without an answer`;
  return { effective: count('answered') + count('ended') > 0, note };
};
