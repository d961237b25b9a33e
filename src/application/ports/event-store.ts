import type { ConsultationEvent } from '../../domain/consultation/events.js';
import type { DoctorEvent } from '../../domain/doctor/events.js';
import type { Instant } from '../../domain/instant.js';
import type { PatientEvent } from '../../domain/patient/patient.js';

export type DomainEvent = ConsultationEvent | DoctorEvent | PatientEvent;

export type StreamCategory = 'consultation' | 'doctor' | 'patient';
/** `<category>:<id>`, for instance `consultation:consultation-123`. */
export type StreamId = `${StreamCategory}:${string}`;

/** Who caused an event. */
export interface Actor {
  readonly kind: 'patient' | 'doctor' | 'admin' | 'system';
  readonly id: string;
}

export interface RecordedEvent<Event extends DomainEvent = DomainEvent> {
  readonly streamId: StreamId;
  /** The event's number in its stream, dense from 1. */
  readonly version: number;
  readonly event: Event;
  readonly actor: Actor;
  readonly occurredAt: Instant;
}

/** A stream as it was known at some time: `version` is that of its last event. */
export interface StreamVersion {
  readonly streamId: StreamId;
  readonly version: number;
}

export interface AppendRequest<Event extends DomainEvent = DomainEvent> {
  readonly streamId: StreamId;
  /** The version of the last event that the decision was based on; 0 when the stream must not exist yet. */
  readonly expectedVersion: number;
  /** Another stream that the decision relied on. If that stream is at another version, nothing is stored. */
  readonly reliesOn?: StreamVersion | undefined;
  /** One or more; stored together or not at all. */
  readonly events: readonly [Event, ...Event[]];
  readonly actor: Actor;
  readonly occurredAt: Instant;
  /** Unique within the stream, for ever. It belongs to the first event. */
  readonly idempotencyKey?: string | undefined;
  /**
   * An object whose identity marks decisions that were made on top of one another without waiting. Once one of them
   * has not been stored, those after it conflict, even if another writer's event has taken the version that they
   * expect.
   */
  readonly decisionChain?: object;
}

export type AppendOutcome<Event extends DomainEvent = DomainEvent> =
  | { readonly outcome: 'appended'; readonly events: readonly RecordedEvent<Event>[] }
  /** Another writer appended first. The caller has to load the state again and decide anew. */
  | { readonly outcome: 'conflict' }
  /** The stream that the decision relied on has changed. The caller has to load it again, too. */
  | { readonly outcome: 'outdated' }
  /**
   * The idempotency key was used before, by `original`. Nothing was stored. This outcome takes precedence over all
   * others.
   */
  | { readonly outcome: 'duplicate'; readonly original: RecordedEvent }
  /** The storage can never hold these events, so trying again is useless. Nothing was stored. */
  | { readonly outcome: 'unstorable' }
  /** Too many appends are waiting. Nothing was stored. */
  | { readonly outcome: 'overloaded'; readonly retryAfterMs: number };

/**
 * Where to continue reading the whole log; null to begin at the start. Opaque: only the adapter that gave it can read
 * it.
 */
export type LogPosition = string | null;

export interface EventStore {
  /**
   * Stores the events durably, together with the read models, in one transaction. Appends to one stream that expect
   * consecutive versions may be under way at the same time, and are stored in the order of the calls.
   *
   * @throws when the database does not answer. Whether the events were stored is then unknown.
   */
  append<Event extends DomainEvent>(request: AppendRequest<Event>): Promise<AppendOutcome<Event>>;
  /** Events of one stream with `version > after`, in order. */
  readStream(streamId: StreamId, after: number, limit: number): Promise<readonly RecordedEvent[]>;
  /** Events of all streams, each stream's in its own order. No event is skipped because it was committed late. */
  readAll(
    after: LogPosition,
    limit: number,
  ): Promise<{ readonly events: readonly RecordedEvent[]; readonly next: LogPosition }>;
  /** The event that was stored under the key, or null. */
  findByIdempotencyKey(streamId: StreamId, key: string): Promise<RecordedEvent | null>;
}
