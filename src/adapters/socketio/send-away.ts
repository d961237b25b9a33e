import type { Connection } from './connection.js';

/** How often somebody is sent away, in ms. */
const PORTION_MS = 100;
/** How long those who were sent away may take to be gone, when nobody is left to be sent, in ms. */
const GOODBYE_MS = 1_000;

export interface SendAwayOptions {
  /** Those who are here, as they come and go. */
  readonly connections: ReadonlySet<Connection>;
  /** In ms. */
  readonly overMs: number;
  /** Ends it at once, whoever is still here. */
  readonly signal: AbortSignal;
  /** Called for each connection that is told to go. */
  readonly sent: () => void;
}

/**
 * Closes all connections evenly over a time, so that they do not arrive elsewhere in one instant. It is the transport that
 * is closed, because a client of Socket.IO comes back by itself after that, and does not after a `disconnect` of the server.
 * A connection whose requests are under way gets its answers first. Resolves when nobody is here any more, or when the time
 * is over.
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

  /** Those first who have been here longest. */
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

  /** @returns whether that was the last one. */
  function sendPortion(): boolean {
    const now = performance.now();
    const elapsedMs = now - begunAt;
    // Somebody may have come in whose handshake was under way.
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
