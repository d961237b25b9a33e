import type { Decision } from '../../domain/decision.js';
import type { Instant } from '../../domain/instant.js';
import { type CommandOptions, NO_OPTIONS } from '../answers/answer.js';
import { type Refusal, type RefusalCode, refusalOf, refuse, type Unaccepted } from '../answers/refusal.js';
import type { Actor, DomainEvent, EventStore, RecordedEvent, StreamCategory } from '../ports/event-store.js';
import type { IdGenerator } from '../ports/id-generator.js';
import type { Versioned } from '../ports/state-reader.js';
import type { VersionMismatch } from './command.js';
import type { CommandHandler } from './command-handler.js';

type Rejected = Extract<Unaccepted, { outcome: 'rejected' }>['rejection'];

export interface CommandOnce<State, Event extends DomainEvent> {
  readonly id: string;
  readonly actor: Actor;
  readonly options: CommandOptions | undefined;
  readonly decide: (state: State, now: Instant) => Decision<Event, Rejected>;
  /** Whether this command is the one that brought about `original`, the event that is stored under the same key. */
  readonly isRepeatOf: (original: RecordedEvent) => Promise<boolean> | boolean;
  /** The refusal when the stream does not exist; null if the command begins the stream. */
  readonly notFound: RefusalCode | null;
}

export interface Settled<State> extends Versioned<State> {
  readonly outcome: 'settled';
  /** Whether the command has changed something, now or when it was first made. Those concerned may have to be told. */
  readonly hasHappened: boolean;
  /**
   * Whether nothing was written this time. The caller was then only shown the present state, which counts as reading
   * it.
   */
  readonly isOnlyRead: boolean;
}

export type HandleOnce<State, Event extends DomainEvent> = (
  command: CommandOnce<State, Event>,
) => Promise<Settled<State> | Refusal>;

export interface HandleOnceDependencies<State, Event extends DomainEvent> {
  readonly category: StreamCategory;
  readonly handler: CommandHandler<State, Event>;
  readonly eventStore: Pick<EventStore, 'findByIdempotencyKey'>;
  readonly ids: Pick<IdGenerator, 'derive'>;
}

/**
 * Handles commands that may be repeated, at a certain version or at any.
 *
 * The key of a command is stored with its first event, so nothing else has to remember it. It is stored in a form of
 * fixed length that includes the actor, so nobody meets another actor's key. A command under a known key is not
 * decided again, whatever its version, but compared with what was stored then. If it asks for the same, the answer is
 * the present state; if not, it is refused. A command that was refused, or that changed nothing, has left no key, so
 * a repeat of it is decided anew.
 */
export function createHandleOnce<State, Event extends DomainEvent>(
  dependencies: HandleOnceDependencies<State, Event>,
): HandleOnce<State, Event> {
  const { category, handler, eventStore, ids } = dependencies;

  async function repeat(
    { id, isRepeatOf }: CommandOnce<State, Event>,
    original: RecordedEvent,
  ): Promise<Settled<State> | Refusal> {
    if (!(await isRepeatOf(original))) return refuse('idempotency.conflict');
    const { stored: state, storedVersion: version } = await handler.latest(id);
    return { outcome: 'settled', hasHappened: true, isOnlyRead: true, state, version };
  }

  /**
   * Looks for the event that is stored under the key. The first time, the command may have changed the state in such
   * a way that its repeat is rejected before the store sees the key.
   */
  async function findOriginal(id: string, key: string | null): Promise<RecordedEvent | null> {
    return key === null ? null : eventStore.findByIdempotencyKey(`${category}:${id}`, key);
  }

  return async (command) => {
    const { id, actor, decide, notFound } = command;
    const { idempotencyKey, ifVersion } = command.options ?? NO_OPTIONS;
    const key = idempotencyKey === null ? null : `api:${ids.derive(nameOf(actor, idempotencyKey))}`;
    const outcome = await handler.handleAt(ifVersion, {
      id,
      decide,
      actor,
      ...(key === null ? {} : { idempotencyKey: key }),
    });
    if (outcome.outcome === 'accepted') {
      const { state, version, events } = outcome;
      const hasHappened = events.length > 0;
      return { outcome: 'settled', state, version, hasHappened, isOnlyRead: !hasHappened };
    }
    const original = outcome.outcome === 'duplicate' ? outcome.original : await findOriginal(id, key);
    return original === null ? refusalFor(outcome, notFound) : repeat(command, original);
  };
}

function refusalFor(outcome: Unaccepted | VersionMismatch, notFound: RefusalCode | null): Refusal {
  if (outcome.outcome !== 'version_mismatch') return refusalOf(outcome);
  return refuse(outcome.version === 0 && notFound !== null ? notFound : 'precondition.failed');
}

/** The id of something that a request creates. The same idempotency key always gives the same id. */
export function idFor(
  ids: IdGenerator,
  category: StreamCategory,
  actor: Actor,
  { idempotencyKey }: CommandOptions,
): string {
  return idempotencyKey === null ? ids.next() : ids.derive(nameOf(actor, idempotencyKey, category));
}

/** A name that differs for different actors, keys and purposes, whatever characters these hold. */
function nameOf({ kind, id }: Actor, key: string, purpose: StreamCategory | 'key' = 'key'): string {
  return JSON.stringify([purpose, kind, id, key]);
}

/** Whether two plain values hold the same data, whatever the order of their properties. */
export function saysTheSame(a: unknown, b: unknown): boolean {
  if (!isObject(a) || !isObject(b)) return a === b;
  const names = Object.keys(a);
  return (
    Array.isArray(a) === Array.isArray(b) &&
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && saysTheSame(a[name], b[name]))
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
