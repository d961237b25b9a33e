import { randomBytes } from 'node:crypto';
import type { Logger } from '../../application/ports/logger.js';
import type { Metrics } from '../../application/ports/metrics.js';
import type { PeerListener, PeerMessage, Peers } from '../../application/ports/peers.js';
import { invariant } from '../../domain/invariant.js';
import { createLinkPauses, type LinkPauses } from '../codec/peer-link-pauses.js';
import { encodePeerMessage, MAX_PEER_MESSAGE_LENGTH } from '../codec/peer-message-codec.js';
import { createPeerReader } from '../codec/peer-reader.js';
import { cannotReachRedis, codeOfRedisError, refusalOfRedis } from './redis-failure.js';
import { MAX_BYTES_IN_FLIGHT, openRedisLink, type RedisLink } from './redis-link.js';
import type { RedisTarget } from './redis-url.js';
import { createSendBatch } from './send-batch.js';

/** How long the last messages may take to arrive when the process stops, in ms. */
const LAST_WORDS_MS = 300;

export interface RedisPeersOptions {
  readonly target: RedisTarget;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Carries news through Redis or Valkey. Redis stores none of it, so news that nobody hears is gone. */
export interface RedisPeers extends Peers {
  /**
   * Opens the link. If it is lost later, it opens again by itself.
   *
   * @param chat names the chat that the processes share, because a Redis may serve several chats.
   * @throws Error with one line when Redis cannot be reached.
   */
  open(chat: string): Promise<void>;
  /** Whether there is a link now. */
  isUp(): boolean;
  /** Runs a script, for what is counted in Redis. @throws if there is no link, and the error that Redis answers. */
  eval: RedisLink['eval'];
  /** A name in Redis that no other chat has. @throws before it was opened. */
  keyOf(name: string): string;
  /** Closes the link when what was sent last has arrived, or its time is over. Repeating it does nothing. */
  close(): Promise<void>;
}

export function createRedisPeers({ target, logger, metrics }: RedisPeersOptions): RedisPeers {
  const processId = randomBytes(8).toString('hex');
  let link: RedisLink | null = null;
  let isClosed = false;
  let prefix: string | null = null;
  let listener: PeerListener | null = null;
  const sendBatch = createSendBatch((text) => link?.publish(text) === true, dropped);
  const read = createPeerReader(processId, metrics);
  metrics.gauge('peer_link_up', () => Number(link !== null));
  metrics.gauge('peer_bytes_waiting', () => sendBatch.length() + (link?.bytesInFlight() ?? 0));

  function send(message: PeerMessage): void {
    const text = encodePeerMessage(message);
    const waiting = sendBatch.length() + (link?.bytesInFlight() ?? MAX_BYTES_IN_FLIGHT);
    if (text.length > MAX_PEER_MESSAGE_LENGTH || waiting + text.length > MAX_BYTES_IN_FLIGHT) dropped(1);
    else sendBatch.add(text);
  }

  /** @param text what one PUBLISH carries: a message on each line. */
  function hear(text: string): void {
    for (const line of text.split('\n')) {
      const message = read(line);
      if (message !== null) listener?.heard(message);
    }
  }

  function dropped(count: number): void {
    for (let index = 0; index < count; index += 1) metrics.count('peer_messages_dropped_total');
  }

  async function keepLinked(first: RedisLink, openLink: () => Promise<RedisLink>): Promise<void> {
    const pauses = createLinkPauses();
    link = first;
    while (!isClosed) {
      const reason = await link.ended;
      link = null;
      if (isClosed) return;
      logger.warn('peers.link_lost', { engine: 'redis', code: codeOfRedisError(reason) });
      const lostAt = performance.now();
      pauses.lost();
      link = await reopened({ openLink, isClosed: () => isClosed, pauses, logger });
      if (link === null) return;
      pauses.opened();
      logger.info('peers.link_restored', { engine: 'redis', ms: Math.round(performance.now() - lostAt) });
      listener?.interrupted();
    }
  }

  return {
    processId,
    isToldByStore: false,
    mayHaveStored: () => true,
    expectListeners: () => Promise.resolve(),
    send,
    listen: (given) => {
      listener = given;
    },
    open: async (chat) => {
      prefix = prefixOf(target, chat);
      const channel = `${prefix}:peers`;
      const openLink = () =>
        openRedisLink({ target, channel, echoChannel: `${channel}:echo:${processId}`, heard: hear });
      const first = await openLink().catch((error: unknown) => {
        throw cannotReachRedis(target, error);
      });
      void keepLinked(first, openLink);
    },
    isUp: () => link !== null,
    keyOf: (name) => {
      invariant(prefix !== null, 'the names in Redis are known once the link was opened');
      return `${prefix}:${name}`;
    },
    eval: async (script, given) => {
      if (link === null) throw new Error('there is no link to Redis');
      return link.eval(script, given);
    },
    close: async () => {
      sendBatch.flush();
      await Promise.race([link?.settled() ?? Promise.resolve(), pause(LAST_WORDS_MS)]);
      isClosed = true;
      link?.close();
    },
  };
}

/** Channels belong to no database of Redis, so its number is a part of their names. */
function prefixOf({ database }: RedisTarget, chat: string): string {
  return `consultation-chat:${database}:${chat}`;
}

interface Reopening {
  readonly openLink: () => Promise<RedisLink>;
  readonly isClosed: () => boolean;
  readonly pauses: LinkPauses;
  readonly logger: Logger;
}

/** Logs why the link cannot be opened, each reason once. @returns null if the link is no longer wanted. */
async function reopened({ openLink, isClosed, pauses, logger }: Reopening): Promise<RedisLink | null> {
  const told = new Set<string>();
  const failed = (error: unknown): null => {
    const code = refusalOfRedis(error);
    if (code === null || told.has(code)) return null;
    told.add(code);
    logger.warn('peers.link_failed', { engine: 'redis', code });
    return null;
  };
  for (;;) {
    await pause(pauses.next());
    if (isClosed()) return null;
    const opened = await openLink().catch(failed);
    if (opened === null) continue;
    if (!isClosed()) return opened;
    opened.close();
    return null;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
