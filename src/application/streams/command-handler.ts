import type { Decision } from '../../domain/decision.js';
import type { VersionCondition } from '../answers/answer.js';
import type { Clock } from '../ports/clock.js';
import type {
  AppendRequest,
  DomainEvent,
  EventStore,
  RecordedEvent,
  StreamCategory,
} from '../ports/event-store.js';
import type { Peers } from '../ports/peers.js';
import { createAppendAndSettle, type TellDoubt, type TellStored } from './append-and-settle.js';
import type { Command, CommandOutcome, VersionMismatch } from './command.js';
import { type Conflict, retryConflicts } from './retry-conflicts.js';
import {
  type CachedState,
  createStreamCache,
  type StreamCache,
  type StreamCacheOptions,
} from './stream-cache.js';
import { isBuiltOnFailedAppend, movePending, type StreamEntry } from './stream-entry.js';

export interface CommandHandlerOptions<State, Event extends DomainEvent> extends StreamCacheOptions<State> {
  readonly category: StreamCategory;
  readonly evolve: (state: State, event: Event) => State;
  readonly eventStore: EventStore;
  readonly peers: Pick<Peers, 'mayHaveStored'>;
  readonly tellStored: TellStored;
  readonly tellDoubt: TellDoubt;
  readonly clock: Clock;
}

export interface CommandHandler<State, Event extends DomainEvent>
  extends Pick<
    StreamCache<State>,
    | 'cachedState'
    | 'cached'
    | 'isStillAt'
    | 'cacheFiller'
    | 'forget'
    | 'forgetUnless'
    | 'forgetAll'
    | 'cachedCount'
  > {
  /** Called when another process has stored the event. The state in memory moves on by it, or is given up. */
  learn(id: string, recorded: RecordedEvent<Event>): void;
  /** Called when another process has moved the stream on to this version by events that are not known here. */
  movedTo(id: string, version: number): void;
  /** The stored state: from memory if it is there, otherwise by one read. */
  current(id: string): Promise<State>;
  /** The stored state with its version. Asks the store if another process may have moved the stream on. */
  latest(id: string): Promise<CachedState<State>>;
  /**
   * Decides the command and stores its events.
   *
   * @throws what `decide` throws: at once if the state is in memory, otherwise by rejecting.
   */
  handle<Rejection>(
    command: Command<State, Event, Rejection>,
  ): Promise<CommandOutcome<State, Event, Rejection>>;
  /**
   * Like `handle`, but only if the stream is at one of the given versions, counting decisions that are not stored
   * yet. null means any version.
   */
  handleAt<Rejection>(
    ifVersion: VersionCondition | null,
    command: Command<State, Event, Rejection>,
  ): Promise<CommandOutcome<State, Event, Rejection> | VersionMismatch>;
}

type Attempt<State, Event extends DomainEvent, Rejection> =
  | CommandOutcome<State, Event, Rejection>
  | Conflict;

/**
 * Handles a command in five phases: it finds the state (1), decides (2), moves the state in memory on (3), appends
 * the events and settles the store's answer (4), and starts again if another writer was faster (5).
 *
 * A decision moves the state in memory on at once, so that commands to one stream need not wait for each other's
 * commit. They reach the store in the order in which they were decided. If an append does not succeed, the entry is
 * dropped, and the decisions that were made on top of it meet a conflict, load the state and decide again. The
 * store's checks of version and decision chain make this correct. Memory only makes it fast.
 */
export function createCommandHandler<State extends object, Event extends DomainEvent>(
  options: CommandHandlerOptions<State, Event>,
): CommandHandler<State, Event> {
  const { category, evolve, eventStore, peers, tellStored, tellDoubt, clock } = options;
  const cache = createStreamCache(options);
  const appendAndSettle = createAppendAndSettle<State, Event>(eventStore, tellStored, tellDoubt, cache);

  /** Waits for nothing before the append, and makes one promise after it, because every message comes through here. */
  function attempt<Rejection>(
    entry: StreamEntry<State>,
    command: Command<State, Event, Rejection>,
  ): Promise<Attempt<State, Event, Rejection>> {
    // 2. Decide, on the state after all earlier decisions, stored or not.
    const now = clock.now();
    const decision = command.decide(entry.pending, now);
    if (decision.outcome === 'rejected' || !isSome(decision.events))
      return withoutAppend(command.id, entry, decision);

    // 3. Move on in memory. The next decision builds on this state.
    const { events } = decision;
    const expectedVersion = entry.pendingVersion;
    let state = entry.pending;
    for (const event of events) state = evolve(state, event);
    movePending(entry, state, expectedVersion + events.length);
    const request: AppendRequest<Event> = {
      streamId: `${category}:${command.id}`,
      expectedVersion,
      events,
      actor: command.actor,
      reliesOn: command.reliesOn,
      occurredAt: command.occurredAt ?? now,
      decisionChain: entry,
      idempotencyKey: command.idempotencyKey,
    };
    // 4. Append, and settle the store's answer.
    return appendAndSettle(command.id, entry, state, request);
  }

  async function attemptAt<Rejection>(
    ifVersion: VersionCondition,
    entry: StreamEntry<State>,
    command: Command<State, Event, Rejection>,
  ): Promise<Attempt<State, Event, Rejection> | VersionMismatch> {
    const version = entry.pendingVersion;
    if (meets(ifVersion, version)) return attempt(entry, command);
    return (await isTrueOfStore(command.id, entry, version))
      ? { outcome: 'version_mismatch', version }
      : { outcome: 'conflict' };
  }

  /** Whether an answer that needs no append is true of the store. No append checks it, so this has to. */
  async function isTrueOfStore(id: string, entry: StreamEntry<State>, version: number): Promise<boolean> {
    if (await isBuiltOnFailedAppend(entry)) return false;
    return !peers.mayHaveStored() || cache.isStillAt(id, version);
  }

  async function withoutAppend<Rejection>(
    id: string,
    entry: StreamEntry<State>,
    decision: Decision<Event, Rejection>,
  ): Promise<Attempt<State, Event, Rejection>> {
    if (!(await isTrueOfStore(id, entry, entry.pendingVersion))) return { outcome: 'conflict' };
    if (decision.outcome === 'rejected') return decision;
    return { outcome: 'accepted', state: entry.stored, version: entry.storedVersion, events: [] };
  }

  const { cachedState, cached, isStillAt, cacheFiller, forget, forgetUnless, forgetAll, cachedCount } = cache;
  return {
    cachedState,
    cached,
    isStillAt,
    learn: (id, { version, event }) => cache.learn(id, version, (state) => evolve(state, event)),
    movedTo: (id, version) => cache.learn(id, version, null),
    cacheFiller,
    forget,
    forgetUnless,
    forgetAll,
    cachedCount,
    current: async (id) => (await cache.find(id)).stored,
    latest: async (id) => (peers.mayHaveStored() ? cache.latest(id) : cache.find(id)),
    // 1. Find the state. 5. Find it again if another writer was faster.
    handle: (command) => retryConflicts(cache, command.id, (entry) => attempt(entry, command)),
    handleAt: (ifVersion, command) =>
      retryConflicts(cache, command.id, (entry) =>
        ifVersion === null ? attempt(entry, command) : attemptAt(ifVersion, entry, command),
      ),
  };
}

function meets(condition: VersionCondition, version: number): boolean {
  if (condition === 'existing') return version > 0;
  return typeof condition === 'number' ? version === condition : condition.includes(version);
}

function isSome<Event>(events: readonly Event[]): events is readonly [Event, ...Event[]] {
  return events.length > 0;
}
