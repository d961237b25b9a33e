import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { openTcpProxy, type TcpProxy } from '../../test/chaos/tcp-proxy.js';
import { LISTENER } from './peer-links.js';

/** A way to PostgreSQL on which the links between processes can be made bad, and nothing else. */
export interface PeerNetwork {
  /** The database's URL, as the processes reach it. */
  readonly url: string;
  /** The network that only the links take. */
  readonly links: TcpProxy;
  close(): Promise<void>;
}

/** @param databaseUrl of a PostgreSQL on 127.0.0.1 that is asked for no encryption. */
export async function openPeerNetwork(databaseUrl: string): Promise<PeerNetwork> {
  const through = new URL(databaseUrl);
  const port = Number(through.port);
  const links = await openTcpProxy(port);
  const open = new Set<Socket>();
  const listener = createServer((client) => {
    client.once('data', (first) => {
      // The first packet of a session has its name.
      const server = connect(first.includes(LISTENER) ? links.port : port, '127.0.0.1');
      server.write(first);
      client.pipe(server).pipe(client);
      endTogether(client, server);
      open.add(server);
      server.once('close', () => open.delete(server));
    });
    client.on('error', () => {});
    client.setNoDelay(true);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('the network got no port');
  through.port = String(address.port);
  return {
    url: through.href,
    links,
    close: async () => {
      listener.close();
      for (const socket of open) socket.destroy();
      await links.close();
    },
  };
}

function endTogether(client: Socket, server: Socket): void {
  server.setNoDelay(true);
  server.on('error', () => {});
  server.once('close', () => client.destroy());
  client.once('close', () => server.destroy());
}
