import { connect, createServer, type Socket } from 'node:net';
import { messageReader } from './postgres-tap.js';

export interface TransactionPooler {
  /** Leads to the same database, through the pooler. */
  readonly databaseUrl: string;
  close(): Promise<void>;
}

/** A connection to PostgreSQL, of whoever has it at the moment. */
interface Backend {
  readonly socket: Socket;
  client: Socket | null;
}

/**
 * Lends each client a session for one transaction, the oldest that is free, as PgBouncer does with `pool_mode =
 * transaction`. Each client signs in on a connection of its own, which then is everybody's.
 */
export async function openTransactionPooler(target: string): Promise<TransactionPooler> {
  const url = new URL(target);
  const upstreamAddress = { host: url.hostname, port: Number(url.port) };
  const backends: Backend[] = [];
  const sockets = new Set<Socket>();

  function backendFor(client: Socket): Backend | undefined {
    const own = backends.find((backend) => backend.client === client);
    if (own !== undefined) return own;
    const free = backends.find((backend) => backend.client === null);
    if (free !== undefined) free.client = client;
    return free;
  }

  const server = createServer((client) => {
    const socket = connect(upstreamAddress);
    const backend: Backend = { socket, client };
    backends.push(backend);
    for (const each of [client, socket]) {
      sockets.add(each);
      each.on('error', () => each.destroy());
    }
    const READY_AND_IDLE = 'I';
    const read = messageReader(
      (type, body) => {
        if (type !== 'Z' || body.toString('latin1') !== READY_AND_IDLE) return;
        backend.client = null;
      },
      { startsWithoutType: false },
    );
    socket.on('data', (chunk: Buffer) => {
      backend.client?.write(chunk);
      read(chunk);
    });
    client.on('data', (chunk) => backendFor(client)?.socket.write(chunk));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the pooler has no port');
  url.host = `127.0.0.1:${address.port}`;
  return {
    databaseUrl: url.href,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
