import type { Duplex } from 'node:stream';

/** How long the answers to requests that were sent before may take, in ms. */
const LIMIT_MS = 10_000;
const LOOK_MS = 20;

/**
 * Calls `then` once the earlier requests on this connection are answered, so that no answer gets into another one; cuts
 * the connection if that takes too long.
 */
export function afterEarlierAnswers(socket: Duplex, then: () => void): void {
  if (!isAnswering(socket)) {
    then();
    return;
  }
  const giveUpAt = performance.now() + LIMIT_MS;
  const timer = setInterval(() => {
    const isStuck = isAnswering(socket) && performance.now() >= giveUpAt;
    if (!socket.destroyed && isAnswering(socket) && !isStuck) return;
    clearInterval(timer);
    if (socket.destroyed || isStuck) socket.destroy();
    else then();
  }, LOOK_MS);
}

/** Node's own mark of a connection on which a response is being written; read with care. */
function isAnswering(socket: Duplex): boolean {
  const response: unknown = Reflect.get(socket, '_httpMessage');
  return response !== null && response !== undefined;
}
