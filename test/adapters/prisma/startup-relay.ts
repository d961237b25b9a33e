import { connect, createServer, type Socket } from 'node:net';

export interface StartupRelay {
  /** Leads to the same database, through the relay. */
  readonly databaseUrl: string;
  /** Accepted since the beginning. */
  connections(): number;
  /** Cuts the clients off that are there now, and keeps their sessions, as a host between that has crashed. */
  abandon(): void;
  /** Ends the sessions that were kept. */
  letGo(): void;
  close(): Promise<void>;
}

const HEADER_BYTES = 8;

/** A relay that drops what connections ask for at their start, as a pooler does that is told to ignore it. */
export async function openStartupRelay(target: string, dropped: readonly string[]): Promise<StartupRelay> {
  const url = new URL(target);
  const upstreamAddress = { host: url.hostname, port: Number(url.port) };
  const sockets = new Set<Socket>();
  const pairs = new Map<Socket, Socket>();
  const abandoned: Socket[] = [];
  let connections = 0;
  const server = createServer((client) => {
    connections += 1;
    const upstream = connect(upstreamAddress);
    pairs.set(client, upstream);
    client.on('close', () => pairs.delete(client));
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
    upstream.pipe(client);
    let startup: Buffer | null = Buffer.alloc(0);
    client.on('data', (chunk: Buffer) => {
      if (startup === null) {
        upstream.write(chunk);
        return;
      }
      startup = Buffer.concat([startup, chunk]);
      if (startup.length < HEADER_BYTES || startup.length < startup.readInt32BE(0)) return;
      const length = startup.readInt32BE(0);
      upstream.write(without(startup.subarray(0, length), dropped));
      upstream.write(startup.subarray(length));
      startup = null;
    });
    client.on('end', () => upstream.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the relay has no port');
  url.host = `127.0.0.1:${address.port}`;
  return {
    databaseUrl: url.href,
    connections: () => connections,
    abandon: () => {
      for (const [client, upstream] of pairs) {
        abandoned.push(upstream);
        client.destroy();
      }
    },
    letGo: () => {
      for (const upstream of abandoned.splice(0)) upstream.destroy();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A startup message has its length, the protocol's version, and pairs of texts, each with a zero behind it. */
function without(startup: Buffer, dropped: readonly string[]): Buffer {
  const texts = startup.toString('utf8', HEADER_BYTES).split('\0');
  const kept: string[] = [];
  for (let index = 0; index + 1 < texts.length && texts[index] !== ''; index += 2) {
    const [name = '', value = ''] = texts.slice(index, index + 2);
    if (!dropped.includes(name)) kept.push(name, value);
  }
  const body = Buffer.from(`${kept.map((text) => `${text}\0`).join('')}\0`);
  const header = Buffer.from(startup.subarray(0, HEADER_BYTES));
  header.writeInt32BE(HEADER_BYTES + body.length, 0);
  return Buffer.concat([header, body]);
}
