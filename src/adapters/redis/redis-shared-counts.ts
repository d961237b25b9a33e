import { createHash } from 'node:crypto';
import { HELD_FOR_MS, type SharedCounts } from '../../application/ports/shared-counts.js';
import { SECOND_MS } from '../../domain/instant.js';
import type { RedisPeers } from './redis-peers.js';

/** KEYS: the window. ARGV: its length in ms. */
const USE = `
local count = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  left = tonumber(ARGV[1])
  redis.call('PEXPIRE', KEYS[1], left)
end
return { count, left }`;

/** KEYS: what is held. ARGV: the process, how many it holds, and the number of seconds for which that counts. */
const HOLD = `
local now = tonumber(redis.call('TIME')[1])
if tonumber(ARGV[2]) > 0 then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ':' .. now)
  redis.call('EXPIRE', KEYS[1], ARGV[3])
else
  redis.call('HDEL', KEYS[1], ARGV[1])
end
local others = 0
local all = redis.call('HGETALL', KEYS[1])
for index = 1, #all, 2 do
  local held, at = string.match(all[index + 1], '^(%d+):(%d+)$')
  if at == nil or now - tonumber(at) > tonumber(ARGV[3]) then
    redis.call('HDEL', KEYS[1], all[index])
  elseif all[index] ~= ARGV[1] then
    others = others + tonumber(held)
  end
end
return others`;

/**
 * Counts in Redis, which forgets each count with its window. A question fails if there is no link, and its answer may
 * take any time. Redis holds hashes of the keys, not the addresses that they are made of.
 */
export function createRedisSharedCounts(
  redis: Pick<RedisPeers, 'eval' | 'keyOf' | 'processId'>,
): SharedCounts {
  const keyOf = (what: string, key: string): string =>
    redis.keyOf(`${what}:${createHash('sha256').update(key).digest('base64url')}`);
  return {
    use: async (key, windowMs) => {
      const answer = await redis.eval(USE, { keys: [keyOf('uses', key)], arguments: [String(windowMs)] });
      const [count, remainingMs] = answer as readonly [number, number];
      return { count: Number(count), remainingMs: Number(remainingMs) };
    },
    hold: async (key, held) => {
      const given = [redis.processId, String(held), String(HELD_FOR_MS / SECOND_MS)];
      return Number(await redis.eval(HOLD, { keys: [keyOf('held', key)], arguments: given }));
    },
  };
}
