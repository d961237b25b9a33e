import { LRUCache } from 'lru-cache';

export type BoundedCache<Value extends {}> = LRUCache<string, Value>;

/**
 * A cache of at most `limit` entries, of which the least recently used goes first. It takes memory only for the
 * entries that it has. With its option `max`, the library would allocate memory for all that may come, which costs
 * tens of milliseconds and megabytes for each cache.
 *
 * @param forgotten is called for each entry that goes, but not when a new value replaces an old one.
 */
export function createBoundedCache<Value extends {}>(
  limit: number,
  forgotten?: () => void,
): BoundedCache<Value> {
  return new LRUCache<string, Value>({
    maxSize: limit,
    sizeCalculation: () => 1,
    ...(forgotten === undefined
      ? {}
      : {
          dispose: (_entry, _id, reason) => {
            if (reason !== 'set') forgotten();
          },
        }),
  });
}
