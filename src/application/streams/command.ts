import type { Decision } from '../../domain/decision.js';
import type { Instant } from '../../domain/instant.js';
import type { Actor, DomainEvent, RecordedEvent, StreamVersion } from '../ports/event-store.js';

export interface Command<State, Event extends DomainEvent, Rejection> {
  readonly id: string;
  /** Called once for each attempt, with the state and the time of that moment; must not wait. */
  readonly decide: (state: State, now: Instant) => Decision<Event, Rejection>;
  /** Who gives the command: its events are recorded as theirs. */
  readonly actor: Actor;
  /** Another stream that `decide` relies on: where it has changed, nothing is stored. */
  readonly reliesOn?: StreamVersion | undefined;
  /** Makes a repeat of an accepted command answer `duplicate`. */
  readonly idempotencyKey?: string | undefined;
  /** When its events are said to have happened, where that was not now: demo data have a past. */
  readonly occurredAt?: Instant | undefined;
}

export type CommandOutcome<State, Event extends DomainEvent, Rejection> =
  | {
      readonly outcome: 'accepted';
      readonly state: State;
      /** The version of `state`. */
      readonly version: number;
      readonly events: readonly RecordedEvent<Event>[];
    }
  | { readonly outcome: 'rejected'; readonly rejection: Rejection }
  | { readonly outcome: 'duplicate'; readonly original: RecordedEvent }
  /** What it relies on has changed. */
  | { readonly outcome: 'outdated' }
  /** The command's events can never be stored, however often it is repeated. */
  | { readonly outcome: 'unstorable' }
  | { readonly outcome: 'overloaded'; readonly retryAfterMs: number };

/** The stream is at another version than the command was meant for: at 0 when there is no such stream. */
export interface VersionMismatch {
  readonly outcome: 'version_mismatch';
  readonly version: number;
}
