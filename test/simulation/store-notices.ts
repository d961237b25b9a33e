import type { PeerMessage, Peers } from '../../src/application/ports/peers.js';
import type { TellStored } from '../../src/application/streams/append-and-settle.js';

const tellNobody: TellStored = () => {};

/**
 * Decides which statements of one server tell the others what they store, as the adapter of PostgreSQL does: only those
 * that begin while somebody is known to listen.
 */
export class StoreNotices {
  private isHeard = false;
  private isHoleDue = false;
  private readonly untold = new Set<Promise<unknown>>();

  constructor(private readonly tell: TellStored) {}

  /** The peers of the server, whose store tells by this. */
  around(peers: Peers): Peers {
    return {
      ...peers,
      expectListeners: async (areThere) => {
        this.isHeard = areThere;
        if (areThere) await Promise.allSettled(this.untold);
      },
      send: (message) => this.send(peers, message),
    };
  }

  append<Outcome>(append: (tell: TellStored) => Promise<Outcome>): Promise<Outcome> {
    if (this.isHeard) return append(this.tell);
    const appending = append(tellNobody);
    this.untold.add(appending);
    const forget = (): void => void this.untold.delete(appending);
    appending.then(forget, forget);
    return appending;
  }

  /** Something was stored without being told. The next message is left out, so that its missing number shows that. */
  leaveHole(): void {
    this.isHoleDue = this.isHeard;
  }

  private send(peers: Peers, message: PeerMessage): void {
    if (this.isHoleDue && message.news.type !== 'goodbye') this.isHoleDue = false;
    else peers.send(message);
  }
}
