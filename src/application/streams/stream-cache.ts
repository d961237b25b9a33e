import type { Versioned } from '../ports/state-reader.js';
import { type BoundedCache, createBoundedCache } from './bounded-cache.js';
import { createSharedReads } from './shared-reads.js';
import { entryRead, learnNext, moveStored, type StreamEntry } from './stream-entry.js';

/** Keeps the states of one category's streams in memory. It only saves reads: the store decides what is true. */
export interface StreamCache<State> {
  /** Returns the entry from memory. If it is not there, one read fetches it for everybody who asks meanwhile. */
  find(id: string): StreamEntry<State> | Promise<StreamEntry<State>>;
  /** The stored state, if it is in memory. Like every use, asking for it makes it the last one to be evicted. */
  cachedState(id: string): State | undefined;
  /** The stored state with its version, if it is in memory. */
  cached(id: string): CachedState<State> | undefined;
  /**
   * Called before a state is read elsewhere.
   *
   * @returns a function that caches the state you read, unless one is in memory or is being read, or a newer one may
   *   have been evicted or dropped since.
   */
  cacheFiller(): (id: string, read: Versioned<State>) => void;
  /**
   * Reads the state from the store, and returns a newer one if this process has stored it meanwhile. While an append is
   * in flight, memory may lack what another process has stored, until the append is answered.
   */
  latest(id: string): Promise<CachedState<State>>;
  /**
   * Reads whether the stream is at `version` in the store. If it has moved on, the next decision is made on the state
   * that was read.
   */
  isStillAt(id: string, version: number): Promise<boolean>;
  /**
   * Called when another process has moved the stream on to `version`. A state in memory moves on with it, if it is at
   * the version before. Otherwise the state is dropped, and the next use begins a new read. The state that it finds is
   * kept if it is at `version` or later.
   *
   * @param evolve null if this process does not know the event.
   */
  learn(id: string, version: number, evolve: ((state: State) => State) | null): void;
  /**
   * Called when the store contradicts memory. The next use begins a new read, and does not wait for one that began
   * before. An entry with an append in flight stays, because the append itself proves it right or wrong.
   */
  forget(id: string): void;
  /** Forgets all streams but those that are kept, because another process may have moved them on. */
  forgetUnless(isKept: (id: string) => boolean): void;
  /**
   * Called when the store may be another one. Gives up everything that is known of it, including what others have told,
   * and what an append in flight was decided on.
   */
  forgetAll(): void;
  /** The number of states in memory. */
  cachedCount(): number;
  /**
   * Called when the store has taken the decisions on the entry, up to `version`.
   *
   * @param isNew whether the stream has begun with this.
   */
  stored(id: string, entry: StreamEntry<State>, state: State, version: number, isNew: boolean): void;
  /** Called when the store has not taken a decision on the entry. Nothing more may be decided on that entry. */
  drop(id: string, entry: StreamEntry<State>): void;
  /** Like `drop`, for a decision that the store may have taken, or may still take. */
  distrust(id: string, entry: StreamEntry<State>): void;
}

/** A stored state in memory. It may be the cache's own entry, which can move on whenever the caller waits. */
export type CachedState<State> = Readonly<Pick<StreamEntry<State>, 'stored' | 'storedVersion'>>;

export interface StreamCacheOptions<State> {
  readonly load: (id: string) => Promise<Versioned<State>>;
  /** The number of states that are kept in memory. The least recently used one is evicted first. */
  readonly maxCached: number;
}

export function createStreamCache<State>({ load, maxCached }: StreamCacheOptions<State>): StreamCache<State> {
  /** How often a state has gone from memory, and how often because the store contradicted it. */
  let [forgotten, disagreed] = [0, 0];
  const entries = createBoundedCache<StreamEntry<State>>(maxCached, () => {
    forgotten += 1;
  });
  /**
   * Streams that may hold events which the state in memory does not know of: an append whose outcome is unknown may
   * still succeed, and an append on an evicted state may just have succeeded. A later append that succeeds proves that
   * there are none. Until then, every answer that no append checks comes from a fresh read.
   */
  const doubtful = createBoundedCache<true>(maxCached);

  /** Versions of streams that are not in memory, as other processes told them. An earlier read may not show them. */
  const heardOf = createBoundedCache<number>(maxCached);

  const keepRead = createKeepRead(entries, heardOf);
  const reads = createSharedReads(load, keepRead);

  /** An entry with an append in flight needs no other proof, because the append checks it. */
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
    forgotten += 1;
    disagreed += 1;
    reads.forget(id);
  }

  async function latest(id: string): Promise<CachedState<State>> {
    const disagreedBefore = disagreed;
    const newest = await load(id);
    const entry = entries.peek(id);
    // The entry stays, because the append in flight proves it right or wrong.
    if (entry?.inFlight != null && entry.storedVersion < newest.version)
      return { stored: newest.state, storedVersion: newest.version };
    return keepRead(id, newest, disagreed !== disagreedBefore);
  }

  return {
    find: (id) => {
      const warm = entries.get(id);
      if (warm !== undefined && isTrusted(id, warm)) return warm;
      return reads.read(id);
    },
    cachedState: (id) => cached(id)?.stored,
    cached,
    cacheFiller: () => {
      const forgottenBefore = forgotten;
      return (id, elsewhere) => {
        const isNewest = entries.peek(id) === undefined && !reads.has(id) && forgotten === forgottenBefore;
        if (isNewest) keepRead(id, elsewhere);
      };
    },
    latest,
    isStillAt: async (id, version) => (await latest(id)).storedVersion === version,
    learn: (id, version, evolve) => {
      const entry = entries.peek(id);
      if (entry !== undefined && version <= entry.storedVersion) return;
      reads.forget(id);
      const isNext = entry !== undefined && entry.inFlight === null && version === entry.storedVersion + 1;
      if (isNext && evolve !== null) return learnNext(entry, evolve(entry.stored));
      if (entry !== undefined) drop(id, entry);
      heardOf.set(id, Math.max(version, heardOf.get(id) ?? 0));
    },
    forget,
    forgetUnless: (isKept) => {
      for (const ids of [entries.keys(), reads.ids()]) for (const id of ids) if (!isKept(id)) forget(id);
    },
    forgetAll: () => {
      entries.clear();
      heardOf.clear();
      for (const id of [...reads.ids()]) reads.forget(id);
      forgotten += 1;
      disagreed += 1;
    },
    cachedCount: () => entries.size,
    stored: (id, entry, state, version, isNew) => {
      moveStored(entry, state, version);
      if (isNew) entries.set(id, entry);
      if (entries.peek(id) === entry) doubtful.delete(id);
      // The entry was evicted or dropped meanwhile. A read since then, finished or under way, may have missed this.
      else doubtful.set(id, true);
    },
    drop,
    distrust: (id, entry) => {
      drop(id, entry);
      reads.forget(id);
      doubtful.set(id, true);
    },
  };
}

/** @returns a function that keeps a state which was read, unless memory or others know of a newer one. It returns the entry to go on with. */
function createKeepRead<State>(entries: BoundedCache<StreamEntry<State>>, heardOf: BoundedCache<number>) {
  return (id: string, read: Versioned<State>, isForgotten = false): StreamEntry<State> => {
    const known = entries.peek(id);
    // Another read may have been faster and have shown more, and something may have been decided on what it has shown.
    if (known !== undefined && (known.inFlight !== null || known.storedVersion >= read.version)) return known;
    const entry = entryRead(read);
    const heard = heardOf.get(id) ?? 0;
    if (isForgotten || heard > read.version) return entry;
    if (heard > 0) heardOf.delete(id);
    // Ids that do not exist are not kept, so that asking for many of them evicts nothing.
    if (read.version > 0) entries.set(id, entry);
    return entry;
  };
}
