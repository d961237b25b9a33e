import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { StrikeContext, Target } from './strike.js';

/** Of the beginning of what the server says, for a look at its answers. */
const MAX_HEARD_BYTES = 64 * 1024;

export interface PeerOptions {
  /** Takes nothing from the system's buffers until {@link Peer.read}. */
  readonly isDeaf?: boolean;
  /** Its own end stays open when the server ends the connection. */
  readonly isHalfOpen?: boolean;
}

/** One bare TCP connection to the server, which lives no longer than its strike. */
export interface Peer {
  readonly socket: Socket;
  /** The beginning of what the server has said, as Latin-1. */
  heard(): string;
  /** All bytes that it has said. */
  received(): number;
  /** Answers of HTTP that begin in what it said. */
  answers(): number;
  /** Whether it has come to its end, or never began. */
  isOver(): boolean;
  /** Whether there was a connection, which the server has ended. */
  isCut(): boolean;
  /** Takes nothing from the system's buffers any more. */
  stopReading(): void;
  write(bytes: string | Buffer): void;
  /** Resolves when the test is true, the connection is over, or the strike is; no later than that many ms. */
  until(test: () => boolean, limitMs: number): Promise<void>;
  /** Reads on what the system has kept until the connection is over, no longer than that many ms; after the strike, too. */
  drain(limitMs: number): Promise<void>;
  destroy(): void;
}

export function openPeer(
  { target, signal }: StrikeContext,
  { isDeaf = false, isHalfOpen = false }: PeerOptions = {},
): Peer {
  const { port, from } = target;
  const socket = connect({
    host: '127.0.0.1',
    port,
    allowHalfOpen: isHalfOpen,
    ...(from === null ? {} : { localAddress: from }),
  });
  let heard = '';
  let received = 0;
  let answers = 0;
  let isConnected = false;
  let isOver = false;
  let changed = (): void => {};
  if (isDeaf) socket.pause();
  socket.once('connect', () => {
    isConnected = true;
  });
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    const text = chunk.toString('latin1');
    received += chunk.length;
    answers += text.split('HTTP/1.1 ').length - 1;
    if (heard.length < MAX_HEARD_BYTES) heard += text;
    changed();
  });
  for (const event of ['end', 'close']) {
    socket.on(event, () => {
      isOver = true;
      changed();
    });
  }
  // What a deaf socket holds must not keep a strike from ending.
  const resume = (): void => void socket.resume();
  signal.addEventListener('abort', resume, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', resume));
  async function waitFor(
    test: () => boolean,
    limitMs: number,
    signals: readonly AbortSignal[],
  ): Promise<void> {
    const limit = new AbortController();
    const end = AbortSignal.any([...signals, limit.signal]);
    const settled = new Promise<void>((resolve) => {
      changed = () => {
        if (test() || isOver) resolve();
      };
      changed();
    });
    await Promise.race([settled, delay(limitMs, undefined, { signal: end }).catch(() => {})]);
    changed = () => {};
    limit.abort();
  }

  return {
    socket,
    heard: () => heard,
    received: () => received,
    answers: () => answers,
    isOver: () => isOver,
    isCut: () => isConnected && isOver,
    stopReading: () => void socket.pause(),
    write: (bytes) => {
      if (!socket.destroyed) socket.write(bytes);
    },
    until: (test, limitMs) => waitFor(test, limitMs, [signal]),
    drain: (limitMs) => {
      socket.resume();
      return waitFor(() => false, limitMs, []);
    },
    destroy: () => socket.destroy(),
  };
}

/** Waits, or less when the strike is over. */
export async function hold({ signal }: StrikeContext, ms: number): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {});
}

/** A request as it goes over the connection, with nothing but what is said here. */
export function requestOf(
  target: Target,
  line: string,
  headers: readonly string[] = [],
  body: string | null = null,
): string {
  const length = body === null ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  const lines = [`${line} HTTP/1.1`, `Host: 127.0.0.1:${target.port}`, ...headers, ...length];
  return `${lines.join('\r\n')}\r\n\r\n${body ?? ''}`;
}

export function bearer({ token }: Target): string {
  return `Authorization: Bearer ${token}`;
}

/** The newest page of the neighbour's own conversation. */
export function pagePath({ consultationId }: Target): string {
  return `/api/v1/consultations/${consultationId}/messages?limit=200`;
}

/** Runs so many at the same time, and ends their connections whatever becomes of them. */
export async function withPeers<Result>(
  context: StrikeContext,
  count: number,
  work: (peer: Peer, index: number) => Promise<Result>,
  options?: PeerOptions,
): Promise<Result[]> {
  const peers = Array.from({ length: count }, () => openPeer(context, options));
  try {
    return await Promise.all(peers.map(work));
  } finally {
    for (const peer of peers) peer.destroy();
  }
}
