import type { Instant } from '../../domain/instant.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import type { Peers, PresentPerson } from '../ports/peers.js';
import type { Membership, Peer } from './membership.js';
import type { PeerSender } from './peer-sender.js';
import { partsOf } from './roster.js';

/** How many `alive` are remembered that have not come back: a minute of them. */
const MAX_UNDER_WAY = 60;

/** What this process tells the others about itself. */
export interface Introductions {
  /**
   * Tells the peer who is present here, and that from now on it will be told what is stored here. A peer that asks
   * again within a tick hears who is present at the next tick.
   */
  answer(peer: Peer): void;
  /**
   * Asks all others to introduce themselves in the same way. It asks at most once a tick: if many messages get lost or
   * out of order, it would otherwise ask again and again.
   */
  ask(): void;
  /** Called every second. Tells the others that this process is alive. */
  tick(): void;
  /** Called when the last other process has gone. */
  alone(): void;
  /** Called when a message of this process has come back. */
  echoed(number: number): void;
  /** How long the last `alive` that has come back took, or how long the oldest one that has not is under way, in ms. */
  lagMs(): number;
}

export interface IntroductionsDependencies {
  readonly peers: Pick<Peers, 'expectListeners'>;
  readonly peerSender: PeerSender;
  readonly membership: Pick<Membership, 'all' | 'has'>;
  readonly attendance: { everyone(): Iterable<PresentPerson> };
  readonly clock: Clock;
  readonly logger: Logger;
}

export function createIntroductions(dependencies: IntroductionsDependencies): Introductions {
  const { peers, peerSender, membership, attendance, clock, logger } = dependencies;
  /** Resolves once everything that is stored is told to the others; null while nobody listens. */
  let expecting: Promise<void> | null = null;
  const inFlight = new WeakSet<Peer>();
  let isAsked = false;
  let isRosterSent = false;
  let isRosterDue = false;
  /** When each `alive` was sent that has not come back, by its number, in order. */
  const sentAt = new Map<number, Instant>();
  let lastLagMs = 0;

  function sendAlive(): void {
    const knows = [...membership.all()].filter(({ isTold }) => isTold).map(({ processId }) => processId);
    const now = clock.now();
    sentAt.set(peerSender.send({ type: 'alive', knows }), now);
    const [oldest] = sentAt.keys();
    if (sentAt.size > MAX_UNDER_WAY && oldest !== undefined) sentAt.delete(oldest);
  }

  const sinceMs = (at: Instant): number => Math.max(0, clock.now() - at);

  function sendRoster(): void {
    isRosterDue = isRosterSent;
    if (isRosterSent) return;
    isRosterSent = true;
    // The parts are sent in one go, so that nobody comes or goes between two of them.
    for (const part of partsOf(attendance.everyone())) peerSender.send(part);
  }

  async function introduce(peer: Peer, toldFromNowOn: Promise<void>): Promise<void> {
    try {
      await toldFromNowOn;
      if (!membership.has(peer)) return;
      peer.isTold = true;
      sendAlive();
      sendRoster();
    } catch (error) {
      // The peer asks again until it has been answered.
      if (expecting === toldFromNowOn) expecting = null;
      logger.error('peers.failed', error, { peerId: peer.processId });
    } finally {
      inFlight.delete(peer);
    }
  }

  return {
    answer: (peer) => {
      if (inFlight.has(peer)) return;
      inFlight.add(peer);
      peerSender.setHeard(true);
      expecting ??= peers.expectListeners(true);
      void introduce(peer, expecting);
    },
    ask: () => {
      if (!isAsked) peerSender.send({ type: 'hello' });
      isAsked = true;
    },
    tick: () => {
      sendAlive();
      isAsked = false;
      isRosterSent = false;
      if (isRosterDue) sendRoster();
    },
    alone: () => {
      peerSender.setHeard(false);
      expecting = null;
      peers.expectListeners(false).catch((error: unknown) => logger.error('peers.failed', error));
    },
    echoed: (number) => {
      const at = sentAt.get(number);
      if (at === undefined) return;
      lastLagMs = sinceMs(at);
      // Whatever was sent before it does not come any more.
      for (const earlier of sentAt.keys()) if (earlier <= number) sentAt.delete(earlier);
    },
    lagMs: () => {
      const [oldest] = sentAt.values();
      return oldest === undefined ? lastLagMs : Math.max(lastLagMs, sinceMs(oldest));
    },
  };
}
