import { hold, openPeer, requestOf, withPeers } from '../peer.js';
import type { Strike } from '../strike.js';
import { openWebSocketPeer } from '../web-socket.js';

const JSONP_REQUESTS = 50;
const BAD_SOCKETS = 20;
const BAD_REQUESTS = 60;
const SILENT_CONNECTIONS = 100;
const SILENT_MS = 5_000;
const ANSWERS_LIMIT_MS = 5_000;

/** What a `<script>` of a foreign page asks for. */
export const askForJsonp: Strike = async (context) => {
  const { target } = context;
  const statuses = await withPeers(context, JSONP_REQUESTS, async (peer, index) => {
    peer.write(requestOf(target, `GET /socket.io/?EIO=4&transport=polling&j=${index}`));
    await peer.until(() => peer.answers() > 0, ANSWERS_LIMIT_MS);
    return Number(/^HTTP\/1\.1 (\d{3})/.exec(peer.heard())?.[1] ?? 0);
  });
  const granted = statuses.filter((status) => status === 200).length;
  const refused = statuses.filter((status) => status >= 400).length;
  return { effective: granted + refused > 0, note: `${granted} granted, ${refused} refused` };
};

/** Tokens that prove nothing, over WebSocket and over HTTP. */
export const showBadTokens: Strike = async (context) => {
  const { target, random } = context;
  const sockets = Array.from({ length: BAD_SOCKETS }, async () => {
    const peer = await openWebSocketPeer(context, random.pick(target.badTokens));
    const isRefused = peer === null || peer.isOver() || peer.heard().includes('44{');
    peer?.destroy();
    return isRefused;
  });
  const request = async (): Promise<number> => {
    const peer = openPeer(context);
    const requests = Array.from({ length: BAD_REQUESTS }, () =>
      requestOf(target, 'GET /api/v1/consultations', [
        `Authorization: Bearer ${random.pick(target.badTokens)}`,
      ]),
    );
    peer.write(requests.join(''));
    await peer.until(() => peer.answers() >= BAD_REQUESTS, ANSWERS_LIMIT_MS);
    peer.destroy();
    return peer.answers();
  };
  const [refused, answers] = await Promise.all([Promise.all(sockets), request()]);
  const count = refused.filter(Boolean).length;
  return {
    effective: count > 0 && answers > 0,
    note: `${count} of ${BAD_SOCKETS} sockets refused, ${answers} of ${BAD_REQUESTS} requests answered`,
  };
};

/** Connections that say nothing, or half of a request. */
export const staySilent: Strike = async (context) => {
  const open = await withPeers(context, SILENT_CONNECTIONS, async (peer, index) => {
    let isConnected = false;
    peer.socket.once('connect', () => {
      isConnected = true;
      if (index % 2 === 0) peer.write('POST /api/v1/consultations HTTP/1.1\r\nHost: 127');
    });
    await hold(context, SILENT_MS);
    return isConnected;
  });
  const count = open.filter(Boolean).length;
  return { effective: count > 0, note: `${count} of ${SILENT_CONNECTIONS} connected` };
};
