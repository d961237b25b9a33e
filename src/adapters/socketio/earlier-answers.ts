import type { Duplex } from 'node:stream';

/** How long the answers to earlier requests on the connection may take, in ms. */
const LIMIT_MS = 10_000;
const LOOK_MS = 20;

/**
 * Calls `then` once the earlier requests on this connection are answered, so that one answer is not written into
 * another. Cuts the connection if that takes too long.
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

/** Whether a response is being written on the connection. Reads a field that Node does not declare. */
function isAnswering(socket: Duplex): boolean {
  const response: unknown = Reflect.get(socket, '_httpMessage');
  return response !== null && response !== undefined;
}
