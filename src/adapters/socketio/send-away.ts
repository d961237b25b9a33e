import type { Connection } from './connection.js';

/** How often a portion of the connections is closed, in ms. */
const PORTION_MS = 100;
/** How long clients have to notice that they were sent away, in ms, once every connection has been closed. */
const GOODBYE_MS = 1_000;

export interface SendAwayOptions {
  /** The connections that are open. The set changes as they come and go. */
  readonly connections: ReadonlySet<Connection>;
  /** The time over which the connections are closed, in ms. */
  readonly overMs: number;
  /** Ends the work at once, whoever is still connected. */
  readonly signal: AbortSignal;
  /** Called for each connection that is told to go. */
  readonly sent: () => void;
}

/**
 * Closes all connections evenly over `overMs`, so that the clients do not arrive elsewhere all at once. This closes
 * the transport, because a client of Socket.IO then reconnects by itself, which it does not after a `disconnect` of
 * the server. A connection with requests in flight gets its answers first. Resolves when nobody is connected any
 * more, when the time is over, or at the signal.
 */
export function sendAway({ connections, overMs, signal, sent }: SendAwayOptions): Promise<void> {
  const begunAt = performance.now();
  let count = 0;
  let lastSentAt = begunAt;

  function notSent(): number {
    let waiting = 0;
    for (const { isSentAway } of connections) if (!isSentAway) waiting += 1;
    return waiting;
  }

  /** Closes connections until `upTo` have been closed in all, the oldest first. */
  function send(upTo: number, now: number): void {
    for (const connection of connections) {
      if (count >= upTo) return;
      if (connection.isSentAway || connection.inFlight > 0) continue;
      connection.isSentAway = true;
      count += 1;
      lastSentAt = now;
      sent();
      connection.socket.conn.close();
    }
  }

  /** @returns whether nothing is left to do. */
  function sendPortion(): boolean {
    const now = performance.now();
    const elapsedMs = now - begunAt;
    // The connections are counted anew each time, because those whose handshake was under way are added.
    const all = count + notSent();
    send(Math.ceil((all * elapsedMs) / overMs), now);
    const isOver = elapsedMs >= overMs || connections.size === 0;
    return isOver || (notSent() === 0 && now - lastSentAt >= GOODBYE_MS);
  }

  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (sendPortion()) end();
    }, PORTION_MS);
    function end(): void {
      clearInterval(timer);
      signal.removeEventListener('abort', end);
      resolve();
    }
    signal.addEventListener('abort', end);
    if (signal.aborted || overMs <= 0 || connections.size === 0) end();
  });
}
