import { ChatError } from './chat-error.js';
import type { ClientSocket } from './client-socket.js';
import { reasonOf } from './connect-failure.js';

/**
 * Asks the server by long polling why a WebSocket to it failed, since browsers do not say. A handshake that succeeds is
 * closed at once.
 */
export interface PlainHandshake {
  /** Calls `tell` once, unless it is cancelled before; undefined where nobody knows why. */
  ask(tell: (error: ChatError | undefined) => void): void;
  cancel(): void;
}

/** @param openSocket gives a socket over long polling that has not been connected. */
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
      // Only the connection, without a namespace: nobody signs in.
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
