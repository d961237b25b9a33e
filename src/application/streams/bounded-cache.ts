import { LRUCache } from 'lru-cache';

export type BoundedCache<Value extends {}> = LRUCache<string, Value>;

/**
 * At most `limit` entries, least recently used first out. It takes memory for what is in it: by its `max`, the library
 * would take it for all that may come, which is tens of milliseconds and megabytes for each cache.
 *
 * @param forgotten is called for each entry that goes, but not for one that takes the place of another.
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
