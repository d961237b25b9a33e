import type { ChatSocket } from './chat-server.js';

type Connection = ChatSocket['conn'];

/** The parts of engine.io and ws that are not declared, read with care. */
interface Corkable {
  cork(): void;
  uncork(): void;
}

export interface WriteCoalescing {
  /** From now on the connection's packets wait for the end of the turn. */
  of(connection: Connection): void;
  /** Writes what waits, for instance because connections are about to be closed. */
  writeNow(): void;
}

/**
 * Writes what one turn of the event loop has for a connection by one system call. A group of messages that was stored
 * together is told together, and whoever hears several of them, or the answer to their own and the message, gets them
 * in one piece instead of packet by packet. Nothing waits for a timer: everything goes out when the turn is over.
 */
export function createWriteCoalescing(): WriteCoalescing {
  const waiting = new Set<Connection>();

  function writeAll(): void {
    const connections = [...waiting];
    waiting.clear();
    for (const connection of connections) write(connection);
  }

  /** Takes the place of engine.io's own, which is called for each packet. */
  function flush(this: Connection): void {
    if (waiting.size === 0) process.nextTick(writeAll);
    waiting.add(this);
  }

  return {
    of: (connection) => {
      if (typeof Reflect.get(connection, 'flush') === 'function') Object.assign(connection, { flush });
    },
    writeNow: writeAll,
  };
}

function write(connection: Connection): void {
  const stream = streamOf(connection);
  stream?.cork();
  try {
    // The class's own: the connection's is the one that has waited.
    const flush: unknown = Reflect.get(Object.getPrototypeOf(connection) as object, 'flush');
    if (typeof flush === 'function') Reflect.apply(flush, connection, []);
  } finally {
    stream?.uncork();
  }
}

/** The TCP or TLS stream below a WebSocket; null for long-polling, which answers by whole responses anyway. */
function streamOf({ transport }: Connection): Corkable | null {
  const webSocket: unknown = Reflect.get(transport, 'socket');
  const stream: unknown =
    typeof webSocket === 'object' && webSocket !== null ? Reflect.get(webSocket, '_socket') : null;
  return isCorkable(stream) ? stream : null;
}

function isCorkable(value: unknown): value is Corkable {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, 'cork') === 'function' &&
    typeof Reflect.get(value, 'uncork') === 'function'
  );
}
