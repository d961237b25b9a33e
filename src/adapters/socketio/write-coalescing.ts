import type { ChatSocket } from './chat-server.js';

type Connection = ChatSocket['conn'];

/** The fields of engine.io and ws that they do not declare; all of them are checked before use. */
interface Corkable {
  readonly destroyed?: boolean;
  cork(): void;
  uncork(): void;
}
interface Flushing {
  flush?(): void;
  readonly transport: { readonly socket?: { readonly _socket?: Partial<Corkable> | null } };
}

export interface WriteCoalescing {
  /** From now on the connection's packets are written at the end of the turn. */
  of(connection: Connection): void;
  /** Writes everything that waits, for instance because connections are about to be closed. */
  writeNow(): void;
}

/**
 * Writes everything that one turn of the event loop has for a connection by one system call. Messages that were
 * stored together are broadcast together, so a client gets several of them, or the answer to its own message and the
 * message itself, in one piece instead of packet by packet. No timer is needed, because everything is written when the
 * turn is over.
 */
export function createWriteCoalescing(): WriteCoalescing {
  let waiting = new Set<Flushing>();

  function writeAll(): void {
    const connections = waiting;
    waiting = new Set();
    for (const connection of connections) write(connection);
  }

  /** Takes the place of engine.io's own `flush`, which is called for each packet. */
  function flush(this: Flushing): void {
    if (waiting.size === 0) process.nextTick(writeAll);
    waiting.add(this);
  }

  return {
    of: (connection) => {
      const flushing = connection as unknown as Flushing;
      if (typeof flushing.flush === 'function') flushing.flush = flush;
    },
    writeNow: writeAll,
  };
}

function write(connection: Flushing): void {
  const stream = streamOf(connection);
  // This connection is about to be closed. When thousands are cut off at once, most of the news about it goes to
  // connections that are cut off as well, and Node would make an error for each such write.
  if (stream?.destroyed === true) return;
  stream?.cork();
  try {
    // The `flush` of engine.io's class. The connection's own one is `flush` above, which has waited.
    (Object.getPrototypeOf(connection) as Flushing).flush?.call(connection);
  } finally {
    stream?.uncork();
  }
}

/** The TCP or TLS stream below a WebSocket; null for long-polling, which answers by whole responses anyway. */
function streamOf({ transport }: Flushing): Corkable | null {
  const stream = transport.socket?._socket ?? null;
  return isCorkable(stream) ? stream : null;
}

function isCorkable(stream: Partial<Corkable> | null): stream is Corkable {
  return typeof stream?.cork === 'function' && typeof stream.uncork === 'function';
}
