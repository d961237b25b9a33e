import { expect } from 'vitest';
import type { Decision } from '../../src/domain/decision.js';

export interface Decider<State, Command, Event, Rejection> {
  readonly initial: State;
  readonly evolve: (state: State, event: Event) => State;
  readonly decide: (command: Command, state: State) => Decision<Event, Rejection>;
}

export interface Outcome<Event> {
  /** The command was accepted, and exactly these events happened; none at all when none are named. */
  thenHappens(...events: readonly Event[]): void;
  /** The command was rejected with this code, for this field where one is at fault. */
  thenRejected(code: string, field?: string): void;
}

/** `given(…what happened before).when(command).thenHappens(…events)` for one decider. */
export function createGiven<State, Command, Event, Rejection extends { readonly code: string }>(
  decider: Decider<State, Command, Event, Rejection>,
): (...before: readonly Event[]) => { when(command: Command): Outcome<Event> } {
  const { initial, evolve, decide } = decider;
  return (...before) => ({
    when: (command) => {
      const decision = decide(command, before.reduce(evolve, initial));
      return {
        thenHappens: (...events) => expect(decision).toEqual({ outcome: 'accepted', events }),
        thenRejected: (code, field) => {
          const rejection = field === undefined ? { code } : { code, field };
          expect(decision).toMatchObject({ outcome: 'rejected', rejection });
        },
      };
    },
  });
}
