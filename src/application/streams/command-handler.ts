import { LRUCache } from 'lru-cache';
import type { Decision } from '../../domain/decision.js';
import type { Instant } from '../../domain/instant.js';
import type { Clock } from '../ports/clock.js';
import type {
  Actor,
  AppendRequest,
  DomainEvent,
  EventStore,
  RecordedEvent,
  StreamCategory,
} from '../ports/event-store.js';
import type { Versioned } from '../ports/state-reader.js';

/** Attempts at one command before it gives up as overloaded: each loss means that another command won. */
const MAX_ATTEMPTS = 8;
const RETRY_AFTER_CONTENTION_MS = 250;

export interface CommandHandlerOptions<State, Event extends DomainEvent> {
  readonly category: StreamCategory;
  readonly evolve: (state: State, event: Event) => State;
  readonly load: (id: string) => Promise<Versioned<State>>;
  readonly eventStore: EventStore;
  readonly clock: Clock;
  /** States kept in memory, least recently used first out. */
  readonly maxCached: number;
}

export interface Command<State, Event extends DomainEvent, Rejection> {
  readonly id: string;
  /** Called once for each attempt, with the state and the time of that moment; must not wait. */
  readonly decide: (state: State, now: Instant) => Decision<Event, Rejection>;
  /** Who gives it: what it brings about is recorded as theirs. */
  readonly actor: Actor;
  /** Makes a repeat of an accepted command answer `duplicate`. */
  readonly idempotencyKey?: string | undefined;
}

export type CommandOutcome<State, Event extends DomainEvent, Rejection> =
  | {
      readonly outcome: 'accepted';
      readonly state: State;
      /** Of `state`. */
      readonly version: number;
      readonly events: readonly RecordedEvent<Event>[];
    }
  | { readonly outcome: 'rejected'; readonly rejection: Rejection }
  | { readonly outcome: 'duplicate'; readonly original: RecordedEvent }
  /** What the command says cannot be stored, however often it is given. */
  | { readonly outcome: 'unstorable' }
  | { readonly outcome: 'overloaded'; readonly retryAfterMs: number };

/** The stream is at another version than the command was thought of at: at 0 when there is no such stream. */
export interface VersionMismatch {
  readonly outcome: 'version_mismatch';
  readonly version: number;
}

export interface CommandHandler<State, Event extends DomainEvent> {
  /** The stored state: from memory when warm, from one read when cold. */
  current(id: string): Promise<State>;
  /** The same with the version that it was reached at. */
  versioned(id: string): Promise<Versioned<State>>;
  /** The stored state, if it is in memory. */
  peek(id: string): State | undefined;
  /**
   * Called before a state is read elsewhere. @returns a function that caches the state that was read, unless there is
   * one in memory, or being read, or a newer one may have been pushed out or dropped since.
   */
  cacheFiller(): (id: string, stored: Versioned<State>) => void;
  /** The storage says otherwise than memory: the next use reads anew. What is under way is proved by its append. */
  forget(id: string): void;
  /** States in memory. */
  cached(): number;
  /** @throws at once what `decide` throws where the state is in memory; otherwise the promise rejects with it. */
  handle<Rejection>(
    command: Command<State, Event, Rejection>,
  ): Promise<CommandOutcome<State, Event, Rejection>>;
  /** The same at one version only, whatever has been decided on it by then; null: at any. */
  handleAt<Rejection>(
    ifVersion: number | null,
    command: Command<State, Event, Rejection>,
  ): Promise<CommandOutcome<State, Event, Rejection> | VersionMismatch>;
}

type Attempt<State, Event extends DomainEvent, Rejection> =
  | CommandOutcome<State, Event, Rejection>
  | { readonly outcome: 'conflict' };

type Persisted<Outcome> =
  | Exclude<Outcome, { outcome: 'conflict' }>
  | { readonly outcome: 'overloaded'; readonly retryAfterMs: number };

interface Entry<State> {
  /** With every decision applied that was handed to the store: what the next decision builds on. */
  pending: State;
  pendingVersion: number;
  /** With every decision applied that the store has answered for: what may be told. */
  stored: State;
  storedVersion: number;
  /** The last append under way. When it is stored, those before it were. */
  underWay: Promise<{ readonly outcome: string }> | null;
}

/**
 * Loads, decides, appends. A decision moves the state in memory on at once, so that commands to one stream need not
 * wait for each other's commit: they reach the store in the order in which they were decided. Where an append does
 * not succeed, the entry is dropped and what was decided on top of it meets a conflict, loads and decides again. The
 * checks of version and lineage in the store are what makes this correct; memory only makes it fast.
 */
export function createCommandHandler<State extends object, Event extends DomainEvent>(
  options: CommandHandlerOptions<State, Event>,
): CommandHandler<State, Event> {
  const { category, evolve, load, eventStore, clock, maxCached } = options;
  let forgotten = 0;
  const entries = new LRUCache<string, Entry<State>>({
    // A size rather than `max`, which takes the memory for all of them beforehand.
    maxSize: maxCached,
    sizeCalculation: () => 1,
    dispose: (_entry, _id, reason) => {
      if (reason !== 'set') forgotten += 1;
    },
  });
  const loading = new Map<string, Promise<Entry<State>>>();
  /**
   * Streams on which something may have been stored behind the state in memory: an append whose outcome is unknown may
   * still come true, and one of a state that was pushed out may just have. A later append that succeeds proves that
   * nothing has; until then what is not checked by an append is answered from a fresh read.
   */
  const doubtful = new LRUCache<string, true>({ maxSize: maxCached, sizeCalculation: () => 1 });

  function keepRead(id: string, { state, version }: Versioned<State>): Entry<State> {
    const entry: Entry<State> = {
      pending: state,
      pendingVersion: version,
      stored: state,
      storedVersion: version,
      underWay: null,
    };
    // Ids that do not exist are not kept, so that asking for many of them pushes nobody out.
    if (version > 0) entries.set(id, entry);
    return entry;
  }

  async function read(id: string): Promise<Entry<State>> {
    return keepRead(id, await load(id));
  }

  function entryOf(id: string): Entry<State> | Promise<Entry<State>> {
    const warm = entries.get(id);
    if (warm !== undefined && isTrusted(id, warm)) return warm;
    const underWay = loading.get(id);
    if (underWay !== undefined) return underWay;
    const started = read(id).finally(() => loading.delete(id));
    loading.set(id, started);
    return started;
  }

  /** What an append under way is built on needs no other proof. */
  function isTrusted(id: string, entry: Entry<State>): boolean {
    return entry.underWay !== null || !doubtful.has(id);
  }

  function drop(id: string, entry: Entry<State>): void {
    if (entries.peek(id) === entry) entries.delete(id);
  }

  /** An answer without an append was decided on what may never be stored, and nothing of its own will tell. */
  async function isBuiltOnNothing(entry: Entry<State>): Promise<boolean> {
    return entry.underWay !== null && !(await isStored(entry.underWay));
  }

  /** Not async up to the append, and one step behind it: every message comes through here. */
  function attempt<Rejection>(
    entry: Entry<State>,
    command: Command<State, Event, Rejection>,
  ): Promise<Attempt<State, Event, Rejection>> {
    const now = clock.now();
    const decision = command.decide(entry.pending, now);
    if (decision.outcome === 'rejected' || !isSome(decision.events)) return withoutAppend(entry, decision);

    const { events } = decision;
    const expectedVersion = entry.pendingVersion;
    const version = expectedVersion + events.length;
    let state = entry.pending;
    for (const event of events) state = evolve(state, event);
    entry.pending = state;
    entry.pendingVersion = version;
    const request: AppendRequest<Event> = {
      streamId: `${category}:${command.id}`,
      expectedVersion,
      events,
      actor: command.actor,
      occurredAt: now,
      lineage: entry,
      idempotencyKey: command.idempotencyKey,
    };
    return append(entry, state, command.id, request);
  }

  async function withoutAppend<Rejection>(
    entry: Entry<State>,
    decision: Decision<Event, Rejection>,
  ): Promise<Attempt<State, Event, Rejection>> {
    if (await isBuiltOnNothing(entry)) return { outcome: 'conflict' };
    if (decision.outcome === 'rejected') return decision;
    return { outcome: 'accepted', state: entry.stored, version: entry.storedVersion, events: [] };
  }

  async function attemptAt<Rejection>(
    ifVersion: number,
    entry: Entry<State>,
    command: Command<State, Event, Rejection>,
  ): Promise<Attempt<State, Event, Rejection> | VersionMismatch> {
    const version = entry.pendingVersion;
    if (version === ifVersion) return attempt(entry, command);
    return (await isBuiltOnNothing(entry))
      ? { outcome: 'conflict' }
      : { outcome: 'version_mismatch', version };
  }

  /** As often as somebody else is faster, but not for ever. */
  function persist<Outcome extends { readonly outcome: string }>(
    id: string,
    tryOnce: (entry: Entry<State>) => Promise<Outcome | { readonly outcome: 'conflict' }>,
    attemptsLeft = MAX_ATTEMPTS,
  ): Promise<Persisted<Outcome>> {
    if (attemptsLeft === 0) {
      return Promise.resolve({ outcome: 'overloaded', retryAfterMs: RETRY_AFTER_CONTENTION_MS });
    }
    const known = entryOf(id);
    const tried = known instanceof Promise ? known.then(tryOnce) : tryOnce(known);
    return tried.then((outcome) =>
      outcome.outcome === 'conflict'
        ? persist(id, tryOnce, attemptsLeft - 1)
        : (outcome as Exclude<Outcome, { outcome: 'conflict' }>),
    );
  }

  function keep(id: string, entry: Entry<State>, stored: State, version: number, isNew: boolean): void {
    // The answers to appends that were under way together may come in any order.
    if (version > entry.storedVersion) {
      entry.stored = stored;
      entry.storedVersion = version;
    }
    if (isNew) entries.set(id, entry);
    if (entries.peek(id) === entry) doubtful.delete(id);
    // Pushed out or dropped meanwhile: whoever has read the stream since, or is reading it, may not have seen this.
    else doubtful.set(id, true);
  }

  /** What the store does not take, or may not have taken, must not be built on. */
  function append<Rejection>(
    entry: Entry<State>,
    state: State,
    id: string,
    request: AppendRequest<Event>,
  ): Promise<Attempt<State, Event, Rejection>> {
    const underWay = eventStore.append(request);
    entry.underWay = underWay;
    return underWay.then(
      (outcome) => {
        if (entry.underWay === underWay) entry.underWay = null;
        if (outcome.outcome !== 'appended') {
          drop(id, entry);
          return outcome;
        }
        const { events } = outcome;
        const version = request.expectedVersion + events.length;
        keep(id, entry, state, version, request.expectedVersion === 0);
        return { outcome: 'accepted', state, version, events };
      },
      (error: unknown) => {
        if (entry.underWay === underWay) entry.underWay = null;
        drop(id, entry);
        doubtful.set(id, true);
        throw error;
      },
    );
  }

  return {
    current: async (id) => (await entryOf(id)).stored,
    versioned: async (id) => {
      const { stored: state, storedVersion: version } = await entryOf(id);
      return { state, version };
    },
    cacheFiller: () => {
      const forgottenBefore = forgotten;
      return (id, stored) => {
        const isNewest = entries.peek(id) === undefined && !loading.has(id) && forgotten === forgottenBefore;
        if (isNewest) keepRead(id, stored);
      };
    },
    forget: (id) => {
      if (entries.peek(id)?.underWay === null) entries.delete(id);
    },
    cached: () => entries.size,
    peek: (id) => {
      const warm = entries.get(id);
      return warm !== undefined && isTrusted(id, warm) ? warm.stored : undefined;
    },
    handle: (command) => persist(command.id, (entry) => attempt(entry, command)),
    handleAt: (ifVersion, command) =>
      persist(command.id, (entry) =>
        ifVersion === null ? attempt(entry, command) : attemptAt(ifVersion, entry, command),
      ),
  };
}

function isSome<Event>(events: readonly Event[]): events is readonly [Event, ...Event[]] {
  return events.length > 0;
}

function isStored(appending: Promise<{ readonly outcome: string }>): Promise<boolean> {
  return appending.then(
    ({ outcome }) => outcome === 'appended',
    () => false,
  );
}
