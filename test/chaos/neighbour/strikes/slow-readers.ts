import type { Effect } from '../../faults/stage.js';
import { bearer, hold, openPeer, type Peer, pagePath, requestOf, withPeers } from '../peer.js';
import type { Strike, StrikeContext } from '../strike.js';
import { askForPage, openWebSocketPeer } from '../web-socket.js';

const HTTP_READERS = 20;
/** On one connection: more than the system's buffers take. */
const PAGES_ON_A_CONNECTION = 3;
const SOCKET_READERS = 5;
const PAGES_ON_A_SOCKET = 10;
/** How long nothing is read. */
const DEAF_MS = 20_000;
/** For what has been buffered to arrive in the end, and for the end of the connection behind it. */
const DRAIN_LIMIT_MS = 1_000;
const ANSWER_LIMIT_MS = 8_000;

/** Pages over HTTP, asked for and not read. */
export const stallHttpReaders: Strike = async (context) => {
  const { target } = context;
  const request = requestOf(target, `GET ${pagePath(target)}`, [bearer(target)]);
  const drained = await withPeers(
    context,
    HTTP_READERS,
    async (peer) => {
      peer.write(request.repeat(PAGES_ON_A_CONNECTION));
      await hold(context, DEAF_MS);
      return drain(peer);
    },
    { isDeaf: true },
  );
  return effectOf(drained);
};

/** Pages over WebSocket, asked for and not read. */
export const stallWebSocketReaders: Strike = async (context) => {
  const { token, consultationId } = context.target;
  const drained = await Promise.all(
    Array.from({ length: SOCKET_READERS }, async () => {
      const peer = await openWebSocketPeer(context, token);
      if (peer === null) return NOTHING;
      const before = peer.received();
      peer.stopReading();
      peer.say(...Array.from({ length: PAGES_ON_A_SOCKET }, (_, id) => askForPage(consultationId, id)));
      await hold(context, DEAF_MS);
      const { bytes, isCut } = await drain(peer);
      peer.destroy();
      return { bytes: bytes - before, isCut };
    }),
  );
  return effectOf(drained);
};

/** Pages over long polling, asked for and not read. */
export const stallPollingReaders: Strike = async (context) => {
  const drained = await Promise.all(
    Array.from({ length: SOCKET_READERS }, () => pollWithoutReading(context)),
  );
  return effectOf(drained);
};

async function pollWithoutReading(context: StrikeContext): Promise<Drained> {
  const { target } = context;
  const polling = 'socket.io/?EIO=4&transport=polling';
  const opener = openPeer(context);
  const reader = openPeer(context, { isDeaf: true });
  try {
    opener.write(requestOf(target, `GET /${polling}`));
    await opener.until(() => opener.heard().includes('"sid"'), ANSWER_LIMIT_MS);
    const [, sid] = /"sid":"([^"]+)"/.exec(opener.heard()) ?? [];
    if (sid === undefined) return NOTHING;
    const post = (body: string): string =>
      requestOf(target, `POST /${polling}&sid=${sid}`, ['Content-Type: text/plain;charset=UTF-8'], body);
    opener.write(post(`40${JSON.stringify({ token: target.token })}`));
    await opener.until(() => opener.answers() > 1, ANSWER_LIMIT_MS);
    opener.write(requestOf(target, `GET /${polling}&sid=${sid}`));
    await opener.until(() => opener.answers() > 2, ANSWER_LIMIT_MS);
    reader.write(requestOf(target, `GET /${polling}&sid=${sid}`));
    const pages = Array.from({ length: PAGES_ON_A_SOCKET }, (_, id) => askForPage(target.consultationId, id));
    opener.write(post(pages.join('\x1e')));
    await hold(context, DEAF_MS);
    return await drain(reader);
  } finally {
    for (const peer of [opener, reader]) peer.destroy();
  }
}

interface Drained {
  readonly bytes: number;
  /** The server has ended the connection. */
  readonly isCut: boolean;
}
const NOTHING: Drained = { bytes: 0, isCut: false };

/** Takes what the system has kept of what the server said. */
async function drain(peer: Peer): Promise<Drained> {
  await peer.drain(DRAIN_LIMIT_MS);
  return { bytes: peer.received(), isCut: peer.isCut() };
}

/** The server has begun to answer at least, so it had to keep the rest or to end it. */
function effectOf(drained: readonly Drained[]): Effect {
  const served = drained.filter(({ bytes }) => bytes > 0).length;
  const cut = drained.filter(({ isCut }) => isCut).length;
  return { effective: served + cut > 0, note: `${drained.length} readers, ${served} served, ${cut} cut off` };
}
