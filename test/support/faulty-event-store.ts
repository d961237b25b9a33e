import type { AppendRequest, DomainEvent, EventStore } from '../../src/application/ports/event-store.js';

/** An event store that a test can hold up, and let fail. */
export interface FaultyEventStore {
  readonly eventStore: EventStore;
  /** Every append that was asked for, in order. */
  readonly appends: readonly AppendRequest[];
  /** From now on appends wait, before they are stored. */
  hold(): void;
  /** What waited goes on, in the order of the calls; what comes later does not wait. */
  release(): void;
  /** The next append throws: after it was stored, or instead. */
  failNext(when: 'stored' | 'not stored'): void;
  /** The next append is answered as one that the store has no room for. */
  overloadNext(retryAfterMs: number): void;
  /** The next append is answered as one that can never be stored. */
  refuseNext(): void;
}

type Fault =
  | { readonly kind: 'stored' | 'not stored' | 'unstorable' }
  | { readonly kind: 'overloaded'; readonly retryAfterMs: number };

export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';
}

export function createFaultyEventStore(inner: EventStore): FaultyEventStore {
  const appends: AppendRequest[] = [];
  const faults: Fault[] = [];
  const broken = new WeakSet<object>();
  let gate: Promise<void> = Promise.resolve();
  let open = () => {};

  async function append<Event extends DomainEvent>(request: AppendRequest<Event>) {
    appends.push(request as AppendRequest);
    const fault = faults.shift();
    const { decisionChain } = request;
    await gate;
    if (decisionChain !== undefined) {
      if (broken.has(decisionChain)) return { outcome: 'conflict' } as const;
      if (fault !== undefined) broken.add(decisionChain);
    }
    if (fault?.kind === 'not stored') throw new StoreFailure();
    const refusal = refusalOf(fault);
    if (refusal !== null) return refusal;
    const outcome = await inner.append(request);
    if (fault?.kind === 'stored') throw new StoreFailure();
    return outcome;
  }

  return {
    eventStore: { ...inner, append },
    appends,
    hold: () => {
      gate = new Promise((resolve) => {
        open = resolve;
      });
    },
    release: () => {
      open();
      gate = Promise.resolve();
    },
    failNext: (when) => void faults.push({ kind: when }),
    refuseNext: () => void faults.push({ kind: 'unstorable' }),
    overloadNext: (retryAfterMs) => void faults.push({ kind: 'overloaded', retryAfterMs }),
  };
}

function refusalOf(fault: Fault | undefined) {
  if (fault?.kind === 'overloaded') {
    return { outcome: 'overloaded', retryAfterMs: fault.retryAfterMs } as const;
  }
  return fault?.kind === 'unstorable' ? ({ outcome: 'unstorable' } as const) : null;
}

/** Resolves when everything that needs no further event has gone on. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
