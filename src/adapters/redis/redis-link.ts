import type { RedisClient } from './redis-client.js';
import type { RedisTarget } from './redis-url.js';

/** How long the link may take from its first packet to its first echo, in ms. */
const OPEN_LIMIT_MS = 3_000;
const PROBE_INTERVAL_MS = 2_000;
/**
 * After this many intervals without an echo, the link counts as cut. Intervals are counted, and not time, so that a
 * process which was frozen itself first reads what has arrived.
 */
const MAX_SILENT_PROBES = 2;
/** How many bytes may wait for an answer. Beyond that nothing is sent: Redis is slow, frozen, or out of reach. */
export const MAX_BYTES_IN_FLIGHT = 8 * 1024 * 1024;

const PROBE = '?';

export interface RedisLinkOptions {
  readonly target: RedisTarget;
  readonly channel: string;
  /** A channel that nobody else listens to. */
  readonly echoChannel: string;
  heard(text: string): void;
}

/**
 * Two connections to one Redis. Echoes prove that what one of them sends reaches the other. A link that has ended is
 * replaced, never mended.
 */
export interface RedisLink {
  /** @returns whether the text was sent; false if too much waits for an answer. A later failure ends the link. */
  publish(text: string): boolean;
  /** @throws the error that Redis answers, and if the link ends. */
  eval: RedisClient['eval'];
  bytesInFlight(): number;
  /** Resolves with the reason once the link has ended. */
  readonly ended: Promise<unknown>;
  /** Resolves when everything that was sent is answered, or the link has ended. */
  settled(): Promise<void>;
  close(): void;
}

/** @throws the reason if there is no link. Everything that was opened is closed then. */
export async function openRedisLink(options: RedisLinkOptions): Promise<RedisLink> {
  const { target, channel, echoChannel, heard } = options;
  let end: (reason: unknown) => void = () => {};
  const ended = new Promise<unknown>((resolve) => {
    end = resolve;
  });
  // Loads some 650 modules. At the start they would be half of what is loaded, also for those who have no Redis.
  const { createRedisClient } = await import('./redis-client.js');
  const publisher = createRedisClient(target, end);
  const subscriber = createRedisClient(target, end);
  const traffic = createTraffic(publisher, end);
  const probes = createProbes(() => {
    traffic.publish(echoChannel, PROBE);
    // A server that has become a replica goes on answering, but those at the new master do not hear what it is told.
    refuseReplica(publisher).catch(end);
  }, end);
  let isClosed = false;

  function close(): void {
    if (isClosed) return;
    isClosed = true;
    probes.stop();
    publisher.destroy();
    subscriber.destroy();
    end(new Error('the link was closed'));
  }

  async function open(): Promise<void> {
    await Promise.all([publisher.connect(), subscriber.connect()]);
    await refuseReplica(publisher);
    await subscriber.subscribe(echoChannel, probes.echoed);
    await subscriber.subscribe(channel, (text) => {
      if (!isClosed) heard(text);
    });
    await probes.start();
  }

  void ended.then(close);
  const limit = createLimit(OPEN_LIMIT_MS);
  const opening = open();
  try {
    await Promise.race([opening, rejecting(ended), limit.passed]);
  } catch (error) {
    opening.catch(() => {});
    close();
    throw error;
  } finally {
    limit.stop();
  }
  return {
    publish: (text) => traffic.publish(channel, text),
    eval: (script, given) => publisher.eval(script, given),
    bytesInFlight: traffic.bytesInFlight,
    ended,
    settled: () => Promise.race([traffic.settled(), ended.then(() => {})]),
    close,
  };
}

/** @throws with the word with which a replica refuses to store anything. */
async function refuseReplica(client: RedisClient): Promise<void> {
  if (await client.isReplica()) throw new Error('READONLY this server is a replica');
}

async function rejecting(ended: Promise<unknown>): Promise<never> {
  throw await ended;
}

function createLimit(ms: number): { readonly passed: Promise<never>; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  passed.catch(() => {});
  return { passed, stop: () => clearTimeout(timer) };
}

interface Traffic {
  publish(channel: string, text: string): boolean;
  bytesInFlight(): number;
  settled(): Promise<void>;
}

function createTraffic(publisher: RedisClient, failed: (error: unknown) => void): Traffic {
  let bytes = 0;
  let last: Promise<unknown> = Promise.resolve();
  return {
    publish: (channel, text) => {
      const size = Buffer.byteLength(text);
      if (bytes + size > MAX_BYTES_IN_FLIGHT) return false;
      bytes += size;
      last = publisher
        .publish(channel, text)
        .catch(failed)
        .then(() => {
          bytes -= size;
        });
      return true;
    },
    bytesInFlight: () => bytes,
    // Redis answers in order.
    settled: async () => void (await last),
  };
}

interface Probes {
  /** Resolves with the first echo. */
  start(): Promise<void>;
  echoed(): void;
  stop(): void;
}

/** Shows that what is published is heard, which is more than an answer on either connection would show. */
function createProbes(say: () => void, failed: (error: unknown) => void): Probes {
  let silent = 0;
  let first: () => void = () => {};
  let timer: NodeJS.Timeout | undefined;

  function probe(): void {
    if (silent >= MAX_SILENT_PROBES) failed(new Error('Redis does not answer'));
    silent += 1;
    say();
  }

  return {
    start: () => {
      const heard = new Promise<void>((resolve) => {
        first = resolve;
      });
      probe();
      timer = setInterval(probe, PROBE_INTERVAL_MS).unref();
      return heard;
    },
    echoed: () => {
      silent = 0;
      first();
    },
    stop: () => clearInterval(timer),
  };
}
