import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { Scheduler as Interleaving } from 'fast-check';
import { createMemoryPeers, type Delivery, type MemoryPeers } from '../../src/adapters/memory/peers.js';
import type { PeerListener, PeerMessage, Peers, ProcessId } from '../../src/application/ports/peers.js';
import { StoreNotices } from './store-notices.js';

export interface ServerState {
  isDead: boolean;
}

/** What happens to the next news; `lose_people` to those of somebody who comes or goes. */
export type BusFault = 'lose' | 'lose_people' | 'double';

/** Wraps what a server hears of the others, or says to them, to see that the invariants notice. */
export type BusDefect = (peers: Peers) => Peers;

/** Which way a server is cut off: it hears nothing, is not heard, or both. */
export type CutOff = 'hears_nothing' | 'is_not_heard' | 'both';

export interface BusOptions {
  readonly interleaving: Interleaving;
  /** Whether the store tells what is stored, as PostgreSQL does, or each server what it has stored, as with Redis. */
  readonly isToldByStore: boolean;
  readonly defect?: BusDefect | undefined;
}

/**
 * What is between the servers: it loses, doubles, delays and reorders, and parts come to hear nothing of each other. What
 * the store tells is never lost, unless the link of whoever hears it is cut, and that one notices when it is back.
 */
export class Bus {
  private readonly peers: MemoryPeers;
  private readonly states = new Map<ProcessId, ServerState>();
  private readonly faults: BusFault[] = [];
  private readonly deaf = new Set<ProcessId>();
  private readonly mute = new Set<ProcessId>();
  /** Who does not hear whom, although both hear others. */
  private readonly cutLines = new Set<string>();
  private readonly missedFromStore = new Set<ProcessId>();
  private readonly lines = new Map<string, Promise<void>>();
  private readonly inFlight = new Set<Promise<void>>();
  private isOrderly = false;

  constructor(private readonly options: BusOptions) {
    this.peers = createMemoryPeers((delivery) => this.deliver(delivery));
  }

  /** @returns what the server hears and says, and by what its store tells the others. */
  join(state: ServerState): { readonly peers: Peers; readonly notices: StoreNotices } {
    const { isToldByStore, defect = (peers) => peers } = this.options;
    const peers = this.peers.join(isToldByStore);
    const { processId } = peers;
    this.states.set(processId, state);
    const notices = new StoreNotices((events) => {
      if (isToldByStore) this.peers.storeTells(processId, events);
    });
    return { peers: defect(isToldByStore ? notices.around(peers) : peers), notices };
  }

  failNext(fault: BusFault): void {
    this.faults.push(fault);
  }

  /** One of the living is cut off, without noticing it. */
  cutOff(index: number, which: CutOff): void {
    const processId = this.aliveAt(index);
    if (which !== 'is_not_heard') this.deaf.add(processId);
    if (which !== 'hears_nothing') this.mute.add(processId);
  }

  /** One of the living does not hear another one, which goes on hearing it. */
  cutLine(from: number, to: number): void {
    this.cutLines.add(lineOf(this.aliveAt(from), this.aliveAt(to)));
  }

  /** One of the living hears everybody again, and is heard: without noticing it, unless the engine tells. */
  rejoin(index: number, isNoticed: boolean): void {
    const processId = this.aliveAt(index);
    this.deaf.delete(processId);
    this.mute.delete(processId);
    for (const line of this.cutLines) if (line.split(' ').includes(processId)) this.cutLines.delete(line);
    const hasMissed = this.missedFromStore.delete(processId);
    if (isNoticed || hasMissed) this.peers.interrupt(processId);
  }

  heal(): void {
    this.faults.length = 0;
    for (const each of [this.deaf, this.mute, this.cutLines]) each.clear();
    this.isOrderly = true;
    for (const processId of this.missedFromStore) this.peers.interrupt(processId);
    this.missedFromStore.clear();
  }

  /** Resolves when all that was under way has arrived. */
  async delivered(): Promise<void> {
    await Promise.all(this.inFlight);
  }

  private aliveAt(index: number): ProcessId {
    const alive = [...this.states].filter(([, { isDead }]) => !isDead).map(([processId]) => processId);
    const processId = alive[index % alive.length];
    if (processId === undefined) throw new Error('a server is alive');
    return processId;
  }

  private deliver({ message, to, arrive }: Delivery): void {
    if (this.isDead(to) || !this.isCarried(message, to)) return;
    const { from, news } = message;
    const fault = this.nextFault(message, to);
    if (fault === 'lose' || fault === 'lose_people') return;
    const label = `${from} tells ${to}: ${news.type}`;
    // It comes in a turn of its own: until then, what was begun before it has been answered.
    const take = async (): Promise<void> => {
      await turnOfTheLoop();
      if (!this.isDead(to)) arrive();
    };
    const line = lineOf(from, to);
    const before = this.isOrderly ? (this.lines.get(line) ?? Promise.resolve()) : Promise.resolve();
    for (let copies = fault === 'double' ? 2 : 1; copies > 0; copies -= 1) {
      const arrived = before
        .then(() => this.options.interleaving.schedule(Promise.resolve(), label))
        .then(take);
      this.lines.set(line, arrived);
      this.inFlight.add(arrived);
      void arrived.finally(() => this.inFlight.delete(arrived));
    }
  }

  private isCarried({ from, number }: PeerMessage, to: ProcessId): boolean {
    if (number === null) return this.isCarriedFromStore(from, to);
    if (this.isDead(from)) return false;
    if (from === to) return this.hearsItself(to);
    return !this.mute.has(from) && !this.deaf.has(to) && !this.cutLines.has(lineOf(from, to));
  }

  /** The store tells what it has stored for somebody, even if that one is gone, or has lost its own link. */
  private isCarriedFromStore(from: ProcessId, to: ProcessId): boolean {
    // What is one's own is skipped by the reader.
    if (from === to) return false;
    if (this.deaf.has(to)) this.missedFromStore.add(to);
    return !this.deaf.has(to);
  }

  /** A server that is parted from the others together with its engine goes on hearing itself. */
  private hearsItself(processId: ProcessId): boolean {
    const isParted = this.deaf.has(processId) && this.mute.has(processId) && !this.options.isToldByStore;
    return isParted || !this.deaf.has(processId);
  }

  private nextFault({ from, number, news }: PeerMessage, to: ProcessId): BusFault | undefined {
    const isOfPeople = from !== to && 'person' in news;
    const index = this.faults.findIndex((fault) => {
      if (number === null) return fault === 'double';
      return fault !== 'lose_people' || isOfPeople;
    });
    return index === -1 ? undefined : this.faults.splice(index, 1)[0];
  }

  private isDead(processId: ProcessId): boolean {
    return this.states.get(processId)?.isDead === true;
  }
}

function lineOf(from: ProcessId, to: ProcessId): string {
  return `${from} ${to}`;
}

/** A server that hears through this. */
export function hearing(peers: Peers, change: (listener: PeerListener) => PeerListener): Peers {
  return { ...peers, listen: (listener) => peers.listen(change(listener)) };
}
