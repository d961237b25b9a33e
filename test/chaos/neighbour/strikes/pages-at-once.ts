import type { Strike } from '../strike.js';
import { askForPage, askToJoin, openWebSocketPeer } from '../web-socket.js';

/** What one person may ask for at once, by the rates as they ship. */
const READS = 40;
const JOINS = 100;
const ANSWERS_LIMIT_MS = 15_000;
/** How a page begins, in an acknowledgement that grants it. */
const SOME_BYTES_OF_PAGES = 100_000;

/** One patient asks for every page that their rates permit, all at once, and reads what comes. */
export const askForPagesAtOnce: Strike = async (context) => {
  const { target } = context;
  const peer = await openWebSocketPeer(context, target.token);
  if (peer === null) return { effective: false, note: 'not let in' };
  try {
    const before = peer.received();
    const reads = Array.from({ length: READS }, (_, id) => askForPage(target.consultationId, id));
    const joins = Array.from({ length: JOINS }, (_, id) => askToJoin(target.consultationId, READS + id));
    peer.say(...reads, ...joins);
    let last = -1;
    // As long as something comes: how much is for the server to bound.
    while (peer.received() > last && !peer.isOver() && !context.signal.aborted) {
      last = peer.received();
      await peer.until(() => peer.received() > last + SOME_BYTES_OF_PAGES, ANSWERS_LIMIT_MS / 5);
    }
    const bytes = peer.received() - before;
    const note = `${READS + JOINS} asked for at once, ${Math.round(bytes / 1024)} kB came`;
    return { effective: bytes > SOME_BYTES_OF_PAGES || peer.isCut(), note };
  } finally {
    peer.destroy();
  }
};
