import { expect } from 'vitest';
import type { DomainEvent, EventStore, StreamId } from '../../src/application/ports/event-store.js';
import type { Decision } from '../../src/domain/decision.js';
import { NOON, request } from './storage.js';

/** The events of the commands that are accepted, each decided on the state that those before it left. */
export function play<Command, State, Event, Rejection>(
  commands: readonly Command[],
  initial: State,
  decide: (command: Command, state: State) => Decision<Event, Rejection>,
  evolve: (state: State, event: Event) => State,
): Event[] {
  const events: Event[] = [];
  let state = initial;
  for (const command of commands) {
    const decision = decide(command, state);
    if (decision.outcome === 'rejected') continue;
    events.push(...decision.events);
    state = decision.events.reduce(evolve, state);
  }
  return events;
}

/** Appends a stream's events in pieces that are all under way at once, as commands on a state in memory are. */
export async function appendInPieces(
  eventStore: EventStore,
  streamId: StreamId,
  events: readonly DomainEvent[],
): Promise<void> {
  const appends: Promise<{ outcome: string }>[] = [];
  for (let from = 0; from < events.length; ) {
    const size = 1 + (from % 3);
    const [first, ...rest] = events.slice(from, from + size);
    if (first === undefined) break;
    appends.push(
      eventStore.append(request<DomainEvent>(streamId, from, [first, ...rest], { occurredAt: NOON + from })),
    );
    from += size;
  }
  for (const { outcome } of await Promise.all(appends)) expect(outcome).toBe('appended');
}
