import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Bytes that wait for their delay on one connection; with more the sender is made to wait. */
const MAX_DELAYED_BYTES = 1024 * 1024;

/** Decides where each new connection goes. */
export interface Route {
  /** A port on 127.0.0.1. */
  next(): number;
  /** Nobody listened there. */
  unreachable(port: number): void;
}

/** A network between clients and a server on 127.0.0.1 that can be made bad. */
export interface TcpProxy {
  readonly url: string;
  readonly port: number;
  /** The port that the last connection went to. */
  readonly target: number;
  /** Connections that pass bytes now. */
  readonly open: number;
  /** Chunks that were delayed so far. */
  readonly delayed: number;
  /** Ends every connection at once with a reset. @returns how many. */
  cut(): number;
  /** The next bytes of each client arrive by half, then the connection is cut. @returns how many will be. */
  cutMidway(): number;
  /**
   * Every connection passes nothing on any more, in either direction, and does not close either, as when a router
   * forgets it: each end believes in it until it gives up by itself, or until `forget`. New ones pass. @returns how many.
   */
  sever(): number;
  /** Cuts what was severed. */
  forget(): void;
  /** Ends every connection at once, and each new one, until `unblock`. @returns how many there were. */
  block(): number;
  unblock(): void;
  /** Reads nothing from the server (or from anybody), so that it notices that nobody takes it. New ones are held too. */
  hold(direction: 'from-server' | 'both'): void;
  /** Holds what the server says from the moment on that a client has said this, which arrives. */
  holdOnceSaid(text: string): void;
  /** All that was held arrives. */
  release(): void;
  /** Each chunk takes so many ms from now on; undefined for none. */
  slow(delayMs: (() => number) | undefined): void;
  close(): Promise<void>;
}

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  severed: boolean;
  cutsMidway: boolean;
}

/** @param to a port on 127.0.0.1, or what decides where each connection goes. */
export async function openTcpProxy(to: number | Route): Promise<TcpProxy> {
  const route: Route = typeof to === 'number' ? { next: () => to, unreachable: () => {} } : to;
  const links = new Set<Link>();
  let target = typeof to === 'number' ? to : 0;
  let isBlocked = false;
  let awaited: string | null = null;
  let held: 'from-server' | 'both' | null = null;
  let delayMs: (() => number) | undefined;
  let delayed = 0;

  function end(link: Link): void {
    links.delete(link);
    for (const socket of [link.client, link.server]) socket.resetAndDestroy();
  }

  function applyHold({ client, server }: Link): void {
    if (held === null) {
      server.resume();
      client.resume();
      return;
    }
    server.pause();
    if (held === 'both') client.pause();
  }

  function hold(direction: 'from-server' | 'both'): void {
    awaited = null;
    held = direction;
    for (const link of links) applyHold(link);
  }

  function heed(chunk: Buffer): void {
    if (awaited !== null && chunk.includes(awaited)) hold('from-server');
  }

  function pass(link: Link, from: Socket, to: Socket): void {
    const queue: { readonly chunk: Buffer; readonly dueAt: number }[] = [];
    let waiting = 0;
    const write = (chunk: Buffer): void => {
      if (link.severed || to.destroyed) return;
      if (!to.write(chunk)) from.pause();
    };
    /** One timer for the head, so that what was sent first arrives first, however short the delay of the later. */
    function arrive(): void {
      for (let head = queue[0]; head !== undefined; head = queue[0]) {
        const remaining = head.dueAt - performance.now();
        if (remaining > 0) {
          setTimeout(arrive, Math.ceil(remaining));
          return;
        }
        queue.shift();
        waiting -= head.chunk.length;
        write(head.chunk);
      }
      if (from.destroyed) end(link);
      else if (held === null) from.resume();
    }
    function postpone(chunk: Buffer): void {
      delayed += 1;
      waiting += chunk.length;
      if (waiting > MAX_DELAYED_BYTES) from.pause();
      queue.push({ chunk, dueAt: performance.now() + (delayMs?.() ?? 0) });
      if (queue.length === 1) arrive();
    }
    to.on('drain', () => {
      if (held === null) from.resume();
    });
    from.on('data', (chunk: Buffer) => {
      if (link.severed) return;
      if (from === link.client) heed(chunk);
      if (link.cutsMidway && from === link.client) {
        write(chunk.subarray(0, Math.ceil(chunk.length / 2)));
        to.end(() => end(link));
        return;
      }
      if (delayMs === undefined && queue.length === 0) write(chunk);
      else postpone(chunk);
    });
    from.on('error', () => {});
    from.on('close', () => {
      // An end of what was severed tells the other end nothing.
      if (!link.severed && queue.length === 0) end(link);
    });
  }

  const listener = createServer((client) => {
    if (isBlocked) {
      client.on('error', () => {});
      client.resetAndDestroy();
      return;
    }
    const chosen = route.next();
    target = chosen;
    const server = connect(chosen, '127.0.0.1');
    let isReached = false;
    server.once('connect', () => {
      isReached = true;
    });
    server.once('error', () => {
      if (!isReached) route.unreachable(chosen);
    });
    const link: Link = { client, server, severed: false, cutsMidway: false };
    links.add(link);
    pass(link, client, server);
    pass(link, server, client);
    for (const socket of [client, server]) socket.setNoDelay(true);
    if (held !== null) applyHold(link);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy got no port');

  const passing = (): Link[] => [...links].filter(({ severed }) => !severed);
  function cut(): number {
    const all = passing();
    for (const link of all) end(link);
    return all.length;
  }
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    get target() {
      return target;
    },
    get open() {
      return passing().length;
    },
    get delayed() {
      return delayed;
    },
    cut,
    block: () => {
      isBlocked = true;
      return cut();
    },
    unblock: () => {
      isBlocked = false;
    },
    cutMidway: () => {
      const all = passing();
      for (const link of all) link.cutsMidway = true;
      return all.length;
    },
    sever: () => {
      const all = passing();
      for (const link of all) link.severed = true;
      return all.length;
    },
    forget: () => {
      for (const link of links) if (link.severed) end(link);
    },
    hold,
    holdOnceSaid: (text) => {
      awaited = text;
    },
    release: () => {
      awaited = null;
      held = null;
      for (const link of links) applyHold(link);
    },
    slow: (next) => {
      delayMs = next;
    },
    close: async () => {
      listener.close();
      for (const link of links) end(link);
      if (listener.listening) await once(listener, 'close');
    },
  };
}
