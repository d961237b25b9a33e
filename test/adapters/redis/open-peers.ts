import { createRecordingLogger } from '../../../src/adapters/memory/loggers.js';
import { createRecordingMetrics } from '../../../src/adapters/memory/metrics.js';
import { createRedisPeers, type RedisPeers } from '../../../src/adapters/redis/redis-peers.js';
import { readRedisUrl } from '../../../src/adapters/redis/redis-url.js';
import { type RunningRedis, startRedis } from '../../support/redis.js';

/** Called one after the other when a test is over. */
export type Closing = (() => Promise<void>)[];

/** One more process of a chat, with what it logs and counts. @throws when its link cannot be opened. */
export async function openPeers(url: string, closing: Closing, chat = 'here') {
  const [logger, metrics] = [createRecordingLogger(), createRecordingMetrics()];
  const peers = createRedisPeers({ target: readRedisUrl(url), logger, metrics });
  closing.push(peers.close);
  await peers.open(chat);
  return { peers, logger, metrics };
}

/** What a contract is tried with: two chats on one Redis, of which each call opens one more process. */
export interface TwoChats<Joined> {
  readonly redis: RunningRedis;
  join(): Promise<Joined>;
  joinElsewhere(): Promise<Joined>;
  close(): Promise<void>;
}

export async function openTwoChats<Joined>(joined: (peers: RedisPeers) => Joined): Promise<TwoChats<Joined>> {
  const redis = await startRedis();
  const closing: Closing = [];
  const joinAt = async (chat: string) => joined((await openPeers(redis.url, closing, chat)).peers);
  return {
    redis,
    join: () => joinAt('here'),
    joinElsewhere: () => joinAt('elsewhere'),
    close: async () => {
      for (const close of closing) await close();
      await redis.stop();
    },
  };
}
