import type { Versioned } from '../ports/state-reader.js';
import { createBoundedCache } from './bounded-cache.js';
import { entryRead, learnNext, moveStored, type StreamEntry } from './stream-entry.js';

/** The states of a category's streams in memory. It only makes the store faster, and never answers for it. */
export interface StreamCache<State> {
  /** The entry, from memory when warm; when cold, from one read that all who ask meanwhile share. */
  find(id: string): StreamEntry<State> | Promise<StreamEntry<State>>;
  /** The stored state, if it is in memory; keeps it there, as every use does. */
  cachedState(id: string): State | undefined;
  /** The same with its version. */
  cached(id: string): CachedState<State> | undefined;
  /**
   * Called before a state is read elsewhere.
   *
   * @returns a function that caches the state you read, unless one is in memory or is being read, or a newer one may have
   *   been evicted or dropped since.
   */
  cacheFiller(): (id: string, read: Versioned<State>) => void;
  /**
   * The state that the store has, or a newer one that it has taken from here meanwhile. Where an append is in flight, memory
   * may be behind what another process has stored, and stays so until the append is answered.
   */
  latest(id: string): Promise<CachedState<State>>;
  /**
   * Whether the stream is at `version` in the store. If it has moved on, the next use decides on the state that was read here.
   */
  isStillAt(id: string, version: number): Promise<boolean>;
  /**
   * Another process has moved the stream on to `version`. If memory stands at the version right before, it moves on as well.
   * Otherwise the next use reads the state, and keeps it if it is at `version` or later.
   *
   * @param evolve null where this process does not know the event.
   */
  learn(id: string, version: number, evolve: ((state: State) => State) | null): void;
  /**
   * Called when the storage disagrees with memory: the next use reads anew. An entry with an append in flight stays,
   * because the append itself proves it right or wrong.
   */
  forget(id: string): void;
  /** Forgets every stream that is not kept: another process may have moved it on. */
  forgetUnless(isKept: (id: string) => boolean): void;
  /** States in memory. */
  cachedCount(): number;
  /** The store has taken what was decided on the entry up to `version`. @param isNew where this began the stream. */
  stored(id: string, entry: StreamEntry<State>, state: State, version: number, isNew: boolean): void;
  /** The store has not taken something that was decided on the entry: nothing more may be decided on that entry. */
  drop(id: string, entry: StreamEntry<State>): void;
  /** Like `drop`, but the store may have taken it, or may do so still. */
  distrust(id: string, entry: StreamEntry<State>): void;
}

/** A state in memory, as it is while nobody waits. */
export type CachedState<State> = Readonly<Pick<StreamEntry<State>, 'stored' | 'storedVersion'>>;

export interface StreamCacheOptions<State> {
  readonly load: (id: string) => Promise<Versioned<State>>;
  /** States kept in memory, least recently used first out. */
  readonly maxCached: number;
}

export function createStreamCache<State>({ load, maxCached }: StreamCacheOptions<State>): StreamCache<State> {
  let forgotten = 0;
  const entries = createBoundedCache<StreamEntry<State>>(maxCached, () => {
    forgotten += 1;
  });
  const loading = new Map<string, Promise<StreamEntry<State>>>();
  /**
   * Streams that may hold events which the state in memory does not know of: an append whose outcome is unknown may
   * still succeed, and an append on an evicted state may just have succeeded. A later append that succeeds proves that
   * there are none; until then, whatever no append checks is answered from a fresh read.
   */
  const doubtful = createBoundedCache<true>(maxCached);

  /** What others have told of streams that are not in memory: a read that began before may not show it. */
  const heardOf = createBoundedCache<number>(maxCached);

  function keepRead(id: string, read: Versioned<State>): StreamEntry<State> {
    const entry = entryRead(read);
    const heard = heardOf.get(id) ?? 0;
    if (heard > read.version) return entry;
    if (heard > 0) heardOf.delete(id);
    // Ids that do not exist are not kept, so that asking for many of them evicts nothing.
    if (read.version > 0) entries.set(id, entry);
    return entry;
  }

  async function read(id: string): Promise<StreamEntry<State>> {
    return keepRead(id, await load(id));
  }

  /** An entry with an append in flight needs no other proof: the append checks it. */
  function isTrusted(id: string, entry: StreamEntry<State>): boolean {
    return entry.inFlight !== null || !doubtful.has(id);
  }

  function cached(id: string): CachedState<State> | undefined {
    const warm = entries.get(id);
    return warm !== undefined && isTrusted(id, warm) ? warm : undefined;
  }

  function drop(id: string, entry: StreamEntry<State>): void {
    if (entries.peek(id) === entry) entries.delete(id);
  }

  function forget(id: string): void {
    if (entries.peek(id)?.inFlight === null) entries.delete(id);
  }

  async function latest(id: string): Promise<CachedState<State>> {
    const newest = await load(id);
    const entry = entries.peek(id);
    if (entry !== undefined && entry.storedVersion >= newest.version) return entry;
    const read = { stored: newest.state, storedVersion: newest.version };
    // What is in flight is proved by its append.
    return entry === undefined || entry.inFlight === null ? keepRead(id, newest) : read;
  }

  return {
    find: (id) => {
      const warm = entries.get(id);
      if (warm !== undefined && isTrusted(id, warm)) return warm;
      const beingRead = loading.get(id);
      if (beingRead !== undefined) return beingRead;
      const started = read(id).finally(() => loading.delete(id));
      loading.set(id, started);
      return started;
    },
    cachedState: (id) => cached(id)?.stored,
    cached,
    cacheFiller: () => {
      const forgottenBefore = forgotten;
      return (id, elsewhere) => {
        const isNewest = entries.peek(id) === undefined && !loading.has(id) && forgotten === forgottenBefore;
        if (isNewest) keepRead(id, elsewhere);
      };
    },
    latest,
    isStillAt: async (id, version) => (await latest(id)).storedVersion === version,
    learn: (id, version, evolve) => {
      const entry = entries.peek(id);
      if (entry !== undefined && version <= entry.storedVersion) return;
      const isNext = entry !== undefined && entry.inFlight === null && version === entry.storedVersion + 1;
      if (isNext && evolve !== null) return learnNext(entry, evolve(entry.stored));
      if (entry !== undefined) drop(id, entry);
      heardOf.set(id, Math.max(version, heardOf.get(id) ?? 0));
    },
    forget,
    forgetUnless: (isKept) => {
      for (const id of entries.keys()) if (!isKept(id)) forget(id);
    },
    cachedCount: () => entries.size,
    stored: (id, entry, state, version, isNew) => {
      moveStored(entry, state, version);
      if (isNew) entries.set(id, entry);
      if (entries.peek(id) === entry) doubtful.delete(id);
      // The entry was evicted or dropped meanwhile: a read of the stream since then, or one under way, may have missed
      // this.
      else doubtful.set(id, true);
    },
    drop,
    distrust: (id, entry) => {
      drop(id, entry);
      doubtful.set(id, true);
    },
  };
}
