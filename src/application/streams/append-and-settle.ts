import { invariant } from '../../domain/invariant.js';
import type {
  AppendOutcome,
  AppendRequest,
  DomainEvent,
  EventStore,
  RecordedEvent,
  StreamVersion,
} from '../ports/event-store.js';
import type { CommandOutcome } from './command.js';
import type { Conflict } from './retry-conflicts.js';
import type { StreamCache } from './stream-cache.js';
import { isRecordedDensely, type StreamEntry } from './stream-entry.js';

type Settled<State, Event extends DomainEvent> = CommandOutcome<State, Event, never> | Conflict;

/**
 * Appends the events that have moved the entry on to `state`, and brings the cache into line with the store's answer.
 * If the events were not stored, or may not have been, nothing more may be built on the entry.
 */
export type AppendAndSettle<State, Event extends DomainEvent> = (
  id: string,
  entry: StreamEntry<State>,
  state: State,
  request: AppendRequest<Event>,
) => Promise<Settled<State, Event>>;

/**
 * Tells whoever has to hear what was stored: the other processes, and the inboxes. Called after every append. Neither
 * waits nor throws. Streams lie below both and know neither, so this is given to them.
 */
export type TellStored = (events: readonly RecordedEvent[]) => void;

/** Tells that something may have been stored after this version, without anybody knowing. Neither waits nor throws. */
export type TellDoubt = (stream: StreamVersion) => void;

export function createAppendAndSettle<State, Event extends DomainEvent>(
  eventStore: EventStore,
  tellStored: TellStored,
  tellDoubt: TellDoubt,
  cache: StreamCache<State>,
): AppendAndSettle<State, Event> {
  function settle(
    id: string,
    entry: StreamEntry<State>,
    state: State,
    request: AppendRequest<Event>,
    outcome: AppendOutcome<Event>,
  ): Settled<State, Event> {
    if (outcome.outcome !== 'appended') {
      cache.drop(id, entry);
      return outcome;
    }
    const { events } = outcome;
    const isDense = isRecordedDensely(request, events);
    if (!isDense) cache.distrust(id, entry);
    invariant(isDense, 'the store records what it was given, version by version');
    const version = request.expectedVersion + events.length;
    cache.stored(id, entry, state, version, request.expectedVersion === 0);
    tellStored(events);
    return { outcome: 'accepted', state, version, events };
  }

  return (id, entry, state, request) => {
    const inFlight = eventStore.append(request);
    entry.inFlight = inFlight;
    return inFlight.then(
      (outcome) => {
        if (entry.inFlight === inFlight) entry.inFlight = null;
        return settle(id, entry, state, request, outcome);
      },
      (error: unknown) => {
        if (entry.inFlight === inFlight) entry.inFlight = null;
        cache.distrust(id, entry);
        tellDoubt({ streamId: request.streamId, version: request.expectedVersion });
        throw error;
      },
    );
  };
}
