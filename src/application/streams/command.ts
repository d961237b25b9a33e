import type { Decision } from '../../domain/decision.js';
import type { Instant } from '../../domain/instant.js';
import type { Actor, DomainEvent, RecordedEvent, StreamVersion } from '../ports/event-store.js';

export interface Command<State, Event extends DomainEvent, Rejection> {
  readonly id: string;
  /** Called once for each attempt, with the state and the time of that moment. Must not wait. */
  readonly decide: (state: State, now: Instant) => Decision<Event, Rejection>;
  /** Who gives the command. Its events are recorded as theirs. */
  readonly actor: Actor;
  /** Another stream that `decide` relies on. If that stream has changed, nothing is stored. */
  readonly reliesOn?: StreamVersion | undefined;
  /** Makes a repeat of an accepted command answer `duplicate`. */
  readonly idempotencyKey?: string | undefined;
  /** The time at which its events are recorded to have happened, if not now. Demo data have a past. */
  readonly occurredAt?: Instant | undefined;
}

export type CommandOutcome<State, Event extends DomainEvent, Rejection> =
  | {
      readonly outcome: 'accepted';
      readonly state: State;
      /** The version that `state` is at. */
      readonly version: number;
      readonly events: readonly RecordedEvent<Event>[];
    }
  | { readonly outcome: 'rejected'; readonly rejection: Rejection }
  | { readonly outcome: 'duplicate'; readonly original: RecordedEvent }
  /** The stream that the command relies on has changed. */
  | { readonly outcome: 'outdated' }
  /** The command's events can never be stored, however often it is repeated. */
  | { readonly outcome: 'unstorable' }
  | { readonly outcome: 'overloaded'; readonly retryAfterMs: number };

/** The stream is not at the version that the command asks for. Version 0 means that the stream does not exist. */
export interface VersionMismatch {
  readonly outcome: 'version_mismatch';
  readonly version: number;
}
