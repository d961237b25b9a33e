import { randomBytes } from 'node:crypto';
import type { Logger } from '../../../application/ports/logger.js';
import type { Metrics } from '../../../application/ports/metrics.js';
import type { News, PeerListener, PeerMessage, Peers } from '../../../application/ports/peers.js';
import { encodePeerMessage, movedBy } from '../../codec/peer-message-codec.js';
import { createPeerReader } from '../../codec/peer-reader.js';
import type { AppendNotifier } from '../append/append-notifier.js';
import { channelOf, MAX_PAYLOAD_BYTES } from './channel.js';
import { createCutter, createJoiner, fragmentStart } from './fragments.js';
import { createListenerNotifier } from './listener-notifier.js';
import { createListeningLink } from './listening-link.js';

/**
 * How many bytes may wait to be sent. Beyond that, messages are dropped. A whole roster has to fit, or nobody would
 * ever know who is present here. With ids of 36 characters, a roster of 85,000 people fits.
 */
export const MAX_QUEUED_BYTES = 8 * 1024 * 1024;
/** The most bytes that go into one statement. */
const MAX_STATEMENT_BYTES = 262_144;
/** How long `close` waits until the last messages are sent, in ms, and how often it looks. */
const LAST_WORDS_LIMIT_MS = 300;
const LAST_WORDS_STEP_MS = 5;

/** Carries news between the processes on one database, through PostgreSQL's own notifications. */
export interface PostgresPeers extends Peers {
  /** All appends have to go through this, so that other processes hear of them. */
  readonly notifier: AppendNotifier;
  /** Begins to listen. @throws Error with one line when the database cannot be opened. */
  open(): Promise<void>;
  /** Whether there is a link now. */
  isUp(): boolean;
  /** Sends what waits, and ends the connection. Repeating it does nothing. */
  close(): Promise<void>;
}

export interface PostgresPeersOptions {
  readonly databaseUrl: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export function createPostgresPeers(options: PostgresPeersOptions): PostgresPeers {
  const { databaseUrl, logger, metrics } = options;
  const processId = randomBytes(8).toString('hex');
  const hear = createHearing(processId, metrics);
  let listener: PeerListener | null = null;
  const link = createListeningLink({
    databaseUrl,
    logger,
    heard: (payload) => {
      const message = listener === null ? null : hear(payload);
      if (message !== null) listener?.heard(message);
    },
    interrupted: () => listener?.interrupted(),
  });
  metrics.gauge('peer_link_up', () => Number(link.isUp()));
  const sending = createSending(processId, metrics, link);
  const notifier = createListenerNotifier({
    from: processId,
    channel: channelOf(databaseUrl),
    logger,
    leftUntold: sending.leaveHole,
  });
  return {
    processId,
    notifier,
    isToldByStore: true,
    mayHaveStored: () => true,
    expectListeners: notifier.expectListeners,
    send: sending.send,
    listen: (given) => {
      listener = given;
    },
    open: link.open,
    isUp: link.isUp,
    close: async () => {
      await sending.settle(LAST_WORDS_LIMIT_MS);
      await link.close();
    },
  };
}

/** @returns a function from a payload to its message; null if it is of no use here, or the message is not complete. */
function createHearing(processId: string, metrics: Metrics): (payload: string) => PeerMessage | null {
  const ownFragment = fragmentStart(processId);
  const join = createJoiner();
  const read = createPeerReader(processId, metrics);
  return (payload) => {
    if (payload.startsWith(ownFragment)) return null;
    const text = join(payload);
    return text === null ? null : read(text);
  };
}

interface Sending {
  send(message: PeerMessage): void;
  /** Drops the next message, so that its missing number shows the others that they have missed something. */
  leaveHole(): void;
  /** Resolves when nothing waits to be sent any more, or when the time is over. */
  settle(withinMs: number): Promise<void>;
}

interface SendingLink {
  isUp(): boolean;
  send(payloads: readonly string[]): Promise<void>;
}

/** Sends together what comes in one turn of the event loop, or while a statement is under way. */
function createSending(processId: string, metrics: Metrics, link: SendingLink): Sending {
  const cut = createCutter(processId);
  let waiting: string[] = [];
  let waitingBytes = 0;
  let isSending = false;
  let isHoleDue = false;

  function send(message: PeerMessage): void {
    // A goodbye makes the others compare with the store anyway.
    if (isHoleDue && message.news.type !== 'goodbye') {
      isHoleDue = false;
      metrics.count('peer_messages_dropped_total');
      return;
    }
    const payloads = link.isUp() ? payloadsOf(message, cut) : [];
    const bytes = bytesOf(payloads);
    if (bytes === 0 || waitingBytes + bytes > MAX_QUEUED_BYTES) {
      metrics.count('peer_messages_dropped_total');
      return;
    }
    waiting.push(...payloads);
    waitingBytes += bytes;
    if (isSending) return;
    isSending = true;
    setImmediate(() => void sendAll());
  }

  async function sendAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = nextBatch(waiting);
      waiting = waiting.slice(batch.length);
      try {
        await link.send(batch);
      } catch {
        // The missing numbers show the others that something has not arrived.
        for (const _ of batch) metrics.count('peer_messages_dropped_total');
      }
      waitingBytes -= bytesOf(batch);
    }
    isSending = false;
  }

  return {
    send,
    leaveHole: () => {
      isHoleDue = true;
    },
    settle: async (withinMs) => {
      const endMs = performance.now() + withinMs;
      while (isSending && performance.now() < endMs) {
        await new Promise((resolve) => setTimeout(resolve, LAST_WORDS_STEP_MS));
      }
    },
  };
}

function payloadsOf(message: PeerMessage, cut: (text: string) => readonly string[]): readonly string[] {
  const text = encodePeerMessage(message);
  const { news } = message;
  if (news.type !== 'stored' || Buffer.byteLength(text) <= MAX_PAYLOAD_BYTES) return cut(text);
  const moved: News = movedBy(news.events);
  return cut(encodePeerMessage({ ...message, news: moved }));
}

function nextBatch(waiting: readonly string[]): readonly string[] {
  let bytes = 0;
  const end = waiting.findIndex((payload, index) => {
    bytes += Buffer.byteLength(payload);
    return index > 0 && bytes > MAX_STATEMENT_BYTES;
  });
  return end === -1 ? waiting : waiting.slice(0, end);
}

function bytesOf(payloads: readonly string[]): number {
  return payloads.reduce((sum, payload) => sum + Buffer.byteLength(payload), 0);
}
