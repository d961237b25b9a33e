import { ChatError } from './chat-error.js';
import type { ClientSocket } from './client-socket.js';
import { reasonOf } from './connect-failure.js';

/**
 * Asks the server by long polling why a WebSocket to it failed, because browsers do not say. A handshake that
 * succeeds is closed at once.
 */
export interface PlainHandshake {
  /** Calls `tell` once, unless it is cancelled before. The error is undefined if nobody knows why. */
  ask(tell: (error: ChatError | undefined) => void): void;
  cancel(): void;
}

/** @param openSocket returns a socket over long polling that is not connected yet. */
export function createPlainHandshake(openSocket: () => ClientSocket): PlainHandshake {
  let asking: ClientSocket | undefined;

  function cancel(): void {
    asking?.disconnect();
    asking = undefined;
  }

  return {
    ask: (tell) => {
      cancel();
      const mine = openSocket();
      asking = mine;
      // Connects the transport without a namespace, so nobody signs in.
      mine.io.open((error) => {
        if (mine !== asking) return;
        cancel();
        tell(
          error
            ? reasonOf(error)
            : new ChatError(
                'client.no_websocket',
                'The server answers, but a WebSocket to it does not open.',
              ),
        );
      });
    },
    cancel,
  };
}
