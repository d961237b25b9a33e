import { LRUCache } from 'lru-cache';
import type { Versioned } from '../ports/state-reader.js';
import { entryRead, learnNext, moveStored, type StreamEntry } from './stream-entry.js';

/** The states of a category's streams in memory. It only makes the store faster, and never answers for it. */
export interface StreamCache<State> {
  /** From memory when warm, from one read when cold, shared by all who ask meanwhile. */
  find(id: string): StreamEntry<State> | Promise<StreamEntry<State>>;
  /** The stored state, if it is in memory; keeps it there, as every use does. */
  cachedState(id: string): State | undefined;
  /** The same with its version. */
  cached(id: string): CachedState<State> | undefined;
  /**
   * Called before a state is read elsewhere. @returns a function that caches the state that was read, unless there is
   * one in memory, or being read, or a newer one may have been pushed out or dropped since.
   */
  cacheFiller(): (id: string, read: Versioned<State>) => void;
  /**
   * Whether the stream stands at `version` in the store. Where it has moved on, the next use decides on what was read here.
   */
  isStillAt(id: string, version: number): Promise<boolean>;
  /**
   * Another process has moved the stream on to `version`. Where memory stands right before it, it moves on, too; otherwise
   * the next use reads, and keeps what it has read if that shows this.
   */
  learn(id: string, version: number, evolve: (state: State) => State): void;
  /** The storage says otherwise than memory: the next use reads anew. What is in flight is proved by its append. */
  forget(id: string): void;
  /** States in memory. */
  cachedCount(): number;
  /** The store has taken what was decided on the entry up to `version`. @param isNew where this began the stream. */
  stored(id: string, entry: StreamEntry<State>, state: State, version: number, isNew: boolean): void;
  /** The store has not taken something that was decided on the entry: nothing more is to be decided on it. */
  drop(id: string, entry: StreamEntry<State>): void;
  /** The same where the store may have taken it, or may still. */
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
  const entries = new LRUCache<string, StreamEntry<State>>({
    ...sizedFor(maxCached),
    dispose: (_entry, _id, reason) => {
      if (reason !== 'set') forgotten += 1;
    },
  });
  const loading = new Map<string, Promise<StreamEntry<State>>>();
  /**
   * Streams on which something may have been stored behind the state in memory: an append whose outcome is unknown may
   * still come true, and one of a state that was pushed out may just have. A later append that succeeds proves that
   * nothing has; until then what is not checked by an append is answered from a fresh read.
   */
  const doubtful = new LRUCache<string, true>(sizedFor(maxCached));

  /** What others have told of streams that are not in memory: a read that began before may not show it. */
  const heardOf = new LRUCache<string, number>(sizedFor(maxCached));

  function keepRead(id: string, read: Versioned<State>): StreamEntry<State> {
    const entry = entryRead(read);
    const heard = heardOf.get(id) ?? 0;
    if (heard > read.version) return entry;
    if (heard > 0) heardOf.delete(id);
    // Ids that do not exist are not kept, so that asking for many of them pushes nobody out.
    if (read.version > 0) entries.set(id, entry);
    return entry;
  }

  async function read(id: string): Promise<StreamEntry<State>> {
    return keepRead(id, await load(id));
  }

  /** What an append in flight is built on needs no other proof. */
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
    isStillAt: async (id, version) => {
      const newest = await load(id);
      if (newest.version === version) return true;
      const entry = entries.peek(id);
      // What is in flight is proved by its append.
      if (entry === undefined || (entry.inFlight === null && entry.storedVersion < newest.version))
        keepRead(id, newest);
      return false;
    },
    learn: (id, version, evolve) => {
      const entry = entries.peek(id);
      if (entry !== undefined && version <= entry.storedVersion) return;
      const isNext = entry !== undefined && entry.inFlight === null && version === entry.storedVersion + 1;
      if (isNext) return learnNext(entry, evolve(entry.stored));
      if (entry !== undefined) drop(id, entry);
      heardOf.set(id, Math.max(version, heardOf.get(id) ?? 0));
    },
    forget: (id) => {
      if (entries.peek(id)?.inFlight === null) entries.delete(id);
    },
    cachedCount: () => entries.size,
    stored: (id, entry, state, version, isNew) => {
      moveStored(entry, state, version);
      if (isNew) entries.set(id, entry);
      if (entries.peek(id) === entry) doubtful.delete(id);
      // Pushed out or dropped meanwhile: whoever has read the stream since, or is reading it, may not have seen this.
      else doubtful.set(id, true);
    },
    drop,
    distrust: (id, entry) => {
      drop(id, entry);
      doubtful.set(id, true);
    },
  };
}

/** A size rather than `max`, which takes the memory for all of them beforehand. */
function sizedFor(maxCached: number) {
  return { maxSize: maxCached, sizeCalculation: () => 1 };
}
