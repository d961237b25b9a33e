import type { Scheduler as Interleaving } from 'fast-check';
import type {
  AppendOutcome,
  AppendRequest,
  DomainEvent,
  EventStore,
} from '../../src/application/ports/event-store.js';
import type { Scheduler } from '../../src/application/ports/scheduler.js';
import type { TellStored } from '../../src/application/streams/append-and-settle.js';
import { SECOND_MS } from '../../src/domain/instant.js';
import type { StoreNotices } from './store-notices.js';

/**
 * What happens to the next append: it fails before it is stored, or after that, or its server gives up and it is stored
 * a while later. `untold`: it is stored without a word to the other servers, because the store takes no more of them.
 */
export type StoreFault = 'before' | 'after' | 'late' | 'untold';

/** When the store stores what nobody waits for any more, in ms; before everybody counts as certain about it. */
const LATE_MS = 3 * SECOND_MS;

export interface UnreliableStore extends Pick<EventStore, 'append'> {
  /** The server is gone. What it has asked of the store is stored all the same, a while later, or is not. */
  serverDied(isStillStored: boolean): void;
}

export interface UnreliableStoreOptions {
  readonly inner: EventStore;
  readonly notices: StoreNotices;
  readonly faults: StoreFault[];
  readonly interleaving: Interleaving;
  readonly scheduler: Pick<Scheduler, 'after'>;
  /** Called with what is about to be stored although its server has given up. */
  readonly storingLate: (request: AppendRequest) => void;
}

/** Answers late, in the order of the calls; fails before or after it has stored; may outlive its server by a while. */
export function createUnreliableStore(options: UnreliableStoreOptions): UnreliableStore {
  const { inner, notices, faults, interleaving, scheduler, storingLate } = options;
  const broken = new WeakSet<object>();
  const underWay = new Set<() => void>();
  let isDead = false;
  let last: Promise<unknown> = Promise.resolve();

  async function commit<Event extends DomainEvent>(
    request: AppendRequest<Event>,
    tell: TellStored,
  ): Promise<AppendOutcome<Event>> {
    const outcome = await inner.append(request);
    if (outcome.outcome === 'appended') tell(outcome.events);
    return outcome;
  }

  function commitLate(request: AppendRequest, tell: TellStored): void {
    storingLate(request);
    const run = async (): Promise<void> => void (await commit(request, tell));
    scheduler.after(LATE_MS, { name: 'late commit', run });
  }

  function nextFault({ decisionChain }: AppendRequest): StoreFault | undefined {
    const fault = faults.shift();
    if (fault !== undefined && fault !== 'untold' && decisionChain !== undefined) broken.add(decisionChain);
    return fault;
  }

  async function store<Event extends DomainEvent>(
    request: AppendRequest<Event>,
    tell: TellStored,
  ): Promise<AppendOutcome<Event>> {
    if (isDead) throw new Error('the server is dead');
    const outlive = (): void => commitLate(request, tell);
    underWay.add(outlive);
    await interleaving.schedule(Promise.resolve(), 'append');
    underWay.delete(outlive);
    if (isDead) throw new Error('the server is dead');
    const { decisionChain } = request;
    if (decisionChain !== undefined && broken.has(decisionChain)) return { outcome: 'conflict' };
    return commitOrFail(request, tell);
  }

  async function commitOrFail<Event extends DomainEvent>(
    request: AppendRequest<Event>,
    tell: TellStored,
  ): Promise<AppendOutcome<Event>> {
    const fault = nextFault(request);
    switch (fault) {
      case 'before':
        throw new Error('the database went away');
      case 'late':
        commitLate(request, tell);
        throw new Error('the database did not answer');
      case 'after':
        await commit(request, tell);
        throw new Error('the database went away after the commit');
      case 'untold':
        return commit(request, () => {}).finally(() => notices.leaveHole());
      case undefined:
        return commit(request, tell);
    }
  }

  return {
    append: async (request) => {
      const before = last;
      let hasEnded = (): void => {};
      last = new Promise<void>((resolve) => {
        hasEnded = resolve;
      });
      await before;
      return notices.append(async (tell) => {
        const outcome = await store(request, tell).finally(hasEnded);
        await interleaving.schedule(Promise.resolve(), 'append answered');
        return outcome;
      });
    },
    serverDied: (isStillStored) => {
      isDead = true;
      if (isStillStored) for (const outlive of underWay) outlive();
      underWay.clear();
    },
  };
}
