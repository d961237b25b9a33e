import { invariant } from '../../domain/invariant.js';
import type { AppendRequest, RecordedEvent } from '../ports/event-store.js';
import type { Versioned } from '../ports/state-reader.js';

/** The states of one stream in memory. The pending state is never older than the stored one. */
export interface StreamEntry<State> {
  /** The state after all decisions that were handed to the store. The next decision builds on it. */
  pending: State;
  pendingVersion: number;
  /** The state after all decisions that the store has confirmed. Only this may be told to anybody. */
  stored: State;
  storedVersion: number;
  /** The last append in flight. If it is stored, all before it were. */
  inFlight: Promise<{ readonly outcome: string }> | null;
}

/** An entry for a stream that was just read: nothing is pending. */
export function entryRead<State>({ state, version }: Versioned<State>): StreamEntry<State> {
  invariant(version >= 0, 'a stream has a version, or does not exist');
  return {
    pending: state,
    pendingVersion: version,
    stored: state,
    storedVersion: version,
    inFlight: null,
  };
}

/** Moves the pending state on, because a decision goes to the store. */
export function movePending<State>(entry: StreamEntry<State>, state: State, version: number): void {
  invariant(version > entry.pendingVersion, 'a decision moves the pending state on');
  invariant(entry.pendingVersion >= entry.storedVersion, 'the pending state is not behind the stored one');
  entry.pending = state;
  entry.pendingVersion = version;
}

/** Moves the stored state on, because the store has confirmed decisions up to `version`. */
export function moveStored<State>(entry: StreamEntry<State>, state: State, version: number): void {
  invariant(version <= entry.pendingVersion, 'what is stored was decided before');
  // The answers to appends that were in flight together may come in any order.
  if (version <= entry.storedVersion) return;
  entry.stored = state;
  entry.storedVersion = version;
}

/** Moves an entry on by one event of another process. Nothing may be pending here. */
export function learnNext<State>(entry: StreamEntry<State>, state: State): void {
  invariant(entry.pendingVersion === entry.storedVersion, 'nothing is pending where others have moved on');
  const version = entry.storedVersion + 1;
  movePending(entry, state, version);
  moveStored(entry, state, version);
}

/** Whether the store has recorded as many events as it was given, at consecutive versions after the expected one. */
export function isRecordedDensely(request: AppendRequest, events: readonly RecordedEvent[]): boolean {
  if (events.length !== request.events.length) return false;
  let version = request.expectedVersion;
  for (const event of events) {
    version += 1;
    if (event.version !== version) return false;
  }
  return true;
}

/**
 * Whether the pending state was built on an append that has failed. An answer without an append of its own has to
 * wait for this, because nothing else would reveal it.
 */
export async function isBuiltOnFailedAppend({ inFlight }: StreamEntry<unknown>): Promise<boolean> {
  return inFlight !== null && !(await isStored(inFlight));
}

function isStored(appending: Promise<{ readonly outcome: string }>): Promise<boolean> {
  return appending.then(
    ({ outcome }) => outcome === 'appended',
    () => false,
  );
}
