import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import type { Ack, ClientToServerEvents, ServerToClientEvents } from '../../../src/protocol/wire.js';

/** Silence after which a connection counts as broken; the server promises an answer within 5 s. */
const ANSWER_WAIT_MS = 8_000;
const CONNECT_POLL_MS = 1_000;

/** null when no answer came, and nobody knows what became of the request. */
export type Answered<Success> = Ack<Success> | null;

/** Socket.IO's own client, which comes back by itself. */
export interface RawConnection {
  readonly socket: Socket<ServerToClientEvents, ClientToServerEvents>;
  readonly isClosed: boolean;
  /** Counts the connections, from 1. */
  readonly number: number;
  /** Gives the connection up where no answer comes. */
  ask<Success>(event: keyof ClientToServerEvents, payload: unknown): Promise<Answered<Success>>;
  reconnect(): void;
  /** @returns whether there is a connection now; there is none any more once it is closed. */
  connected(): Promise<boolean>;
  /** Waits, or less when it is closed. */
  pause(ms: number): Promise<void>;
  close(): void;
}

export function openRawConnection(
  url: string,
  token: string,
  transports: readonly ('websocket' | 'polling')[],
): RawConnection {
  const socket: RawConnection['socket'] = io(url, {
    auth: { token },
    forceNew: true,
    transports: [...transports],
    reconnectionDelay: 100,
    reconnectionDelayMax: 1_000,
    timeout: ANSWER_WAIT_MS,
  });
  const closing = new AbortController();
  // As many as there are sends that wait to be tried again.
  setMaxListeners(0, closing.signal);
  let number = 0;
  const pause = (ms: number): Promise<void> =>
    delay(ms, undefined, { signal: closing.signal }).catch(() => {});

  function reconnect(): void {
    if (closing.signal.aborted) return;
    socket.disconnect();
    socket.connect();
  }

  socket.on('connect', () => {
    number += 1;
  });
  socket.on('disconnect', (reason) => {
    // Socket.IO does not come back by itself from a connection that the server ended on purpose.
    if (reason === 'io server disconnect' && !closing.signal.aborted) socket.connect();
  });

  return {
    socket,
    get isClosed() {
      return closing.signal.aborted;
    },
    get number() {
      return number;
    },
    ask: async <Success>(event: keyof ClientToServerEvents, payload: unknown) => {
      const asked = number;
      try {
        return (await socket.timeout(ANSWER_WAIT_MS).emitWithAck(event, payload as never)) as Ack<Success>;
      } catch {
        if (asked === number && socket.connected) reconnect();
        return null;
      }
    },
    reconnect,
    connected: async () => {
      while (!socket.connected && !closing.signal.aborted) {
        const connecting = new Promise<void>((resolve) => socket.once('connect', () => resolve()));
        await Promise.race([connecting, pause(CONNECT_POLL_MS)]);
      }
      return !closing.signal.aborted;
    },
    pause,
    close: () => {
      closing.abort();
      socket.disconnect();
    },
  };
}
