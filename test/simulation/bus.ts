import type { Scheduler as Interleaving } from 'fast-check';
import { createMemoryPeers, type Delivery, type MemoryPeers } from '../../src/adapters/memory/peers.js';
import type { PeerListener, Peers, ProcessId } from '../../src/application/ports/peers.js';

export interface ServerState {
  isDead: boolean;
}

/** What happens to the next news; `lose_people` to those of somebody who comes or goes. */
export type BusFault = 'lose' | 'lose_people' | 'double';

/** Wraps what a server hears of the others, or says to them, to see that the invariants notice. */
export type BusDefect = (peers: Peers) => Peers;

/** What is between the servers: it loses, doubles, delays and reorders, and parts come to hear nothing of each other. */
export class Bus {
  private readonly peers: MemoryPeers;
  private readonly states = new Map<ProcessId, ServerState>();
  private readonly faults: BusFault[] = [];
  private readonly cutOff = new Set<ProcessId>();
  private readonly lines = new Map<string, Promise<void>>();
  private readonly inFlight = new Set<Promise<void>>();
  private isOrderly = false;

  constructor(
    private readonly interleaving: Interleaving,
    private readonly defect: BusDefect = (peers) => peers,
  ) {
    this.peers = createMemoryPeers((delivery) => this.deliver(delivery));
  }

  join(state: ServerState): Peers {
    const peers = this.defect(this.peers.join());
    this.states.set(peers.processId, state);
    return peers;
  }

  failNext(fault: BusFault): void {
    this.faults.push(fault);
  }

  /** One of the living hears nothing, and is not heard, or is back: without noticing it, unless the engine tells. */
  setCutOff(index: number, isCutOff: boolean, isNoticed = false): void {
    const alive = [...this.states].filter(([, { isDead }]) => !isDead);
    const [processId] = alive[index % alive.length] ?? [];
    if (processId === undefined) return;
    if (isCutOff) this.cutOff.add(processId);
    else this.cutOff.delete(processId);
    if (isNoticed) this.peers.interrupt(processId);
  }

  heal(): void {
    this.faults.length = 0;
    this.cutOff.clear();
    this.isOrderly = true;
  }

  /** Resolves when all that was under way has arrived. */
  async delivered(): Promise<void> {
    await Promise.all(this.inFlight);
  }

  private deliver({ message: { from, news }, to, arrive }: Delivery): void {
    if (this.isDead(from) || this.isDead(to)) return;
    if (from !== to && (this.cutOff.has(from) || this.cutOff.has(to))) return;
    const fault = this.nextFault(from !== to && 'person' in news);
    if (fault === 'lose' || fault === 'lose_people') return;
    const label = `${from} tells ${to}: ${news.type}`;
    const take = (): void => {
      if (!this.isDead(to)) arrive();
    };
    const line = `${from} ${to}`;
    const before = this.isOrderly ? (this.lines.get(line) ?? Promise.resolve()) : Promise.resolve();
    for (let copies = fault === 'double' ? 2 : 1; copies > 0; copies -= 1) {
      const arrived = before.then(() => this.interleaving.schedule(Promise.resolve(), label)).then(take);
      this.lines.set(line, arrived);
      this.inFlight.add(arrived);
      void arrived.finally(() => this.inFlight.delete(arrived));
    }
  }

  private nextFault(isOfPeople: boolean): BusFault | undefined {
    const index = this.faults.findIndex((fault) => fault !== 'lose_people' || isOfPeople);
    return index === -1 ? undefined : this.faults.splice(index, 1)[0];
  }

  private isDead(processId: ProcessId): boolean {
    return this.states.get(processId)?.isDead === true;
  }
}

/** A server that hears through this. */
export function hearing(peers: Peers, change: (listener: PeerListener) => PeerListener): Peers {
  return { ...peers, listen: (listener) => peers.listen(change(listener)) };
}
