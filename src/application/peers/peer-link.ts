import { SECOND_MS } from '../../domain/instant.js';
import type { RecordedEvent, StreamVersion } from '../ports/event-store.js';
import type { Metrics } from '../ports/metrics.js';
import type { News, PeerListener, PeerMessage, ProcessId } from '../ports/peers.js';
import type { ScheduledJob, Scheduler } from '../ports/scheduler.js';
import { createDoubt } from './doubt.js';
import { createIntroductions, type Introductions, type IntroductionsDependencies } from './introductions.js';
import { createMembership, MAX_PEERS, type Peer } from './membership.js';
import { createPeerPeople, type PeerPeople, type PresenceListener } from './peer-people.js';
import type { PeopleElsewhere } from './people-elsewhere.js';
import { createUnheard } from './unheard.js';

/** The interval at which each process tells the others that it is alive, in ms. */
export const BEAT_MS = SECOND_MS;

/** Hears what other processes have stored. */
export interface FactsListener {
  stored(events: readonly RecordedEvent[]): void;
  moved(streams: readonly StreamVersion[]): void;
  /** Something may have been stored that this process has not heard of. */
  missed(): void;
}

/** The other processes of the same chat: which of them are alive, and whether this one has missed what they told. */
export interface PeerLink extends PeerListener {
  /** Makes this process one of them. @returns a function to call as the last thing before the process stops. */
  join(): LeavePeers;
  /**
   * Whether others may be storing what this process does not hear of. That is so if it does not even hear itself, if a
   * process that has gone silent may only be cut off, or if others serve the database that were never heard.
   */
  isInDoubt(): boolean;
  /** @param serving how many processes serve the database by its own account, this one included. */
  counted(serving: number): void;
}

export type LeavePeers = () => Promise<void>;

export interface PeerLinkDependencies extends Omit<IntroductionsDependencies, 'membership' | 'peers'> {
  readonly peers: IntroductionsDependencies['peers'] & {
    readonly processId: ProcessId;
    mayHaveStored(): boolean;
  };
  readonly elsewhere: PeopleElsewhere;
  readonly facts: FactsListener;
  readonly presence: PresenceListener;
  readonly scheduler: Scheduler;
  readonly metrics: Metrics;
}

/** There is nobody to leave. */
const NOTHING: LeavePeers = async () => {};

export function createPeerLink(dependencies: PeerLinkDependencies): PeerLink {
  const { peers, peerSender, scheduler, logger } = dependencies;
  const { membership, introductions, unheard, hear, interrupted, tick, isInDoubt } =
    createHearing(dependencies);
  let isJoined = false;

  async function leave(beat: ScheduledJob): Promise<void> {
    peerSender.send({ type: 'goodbye' });
    isJoined = false;
    peerSender.setHeard(false);
    for (const peer of membership.all()) membership.drop(peer, true);
    await beat.stop();
  }

  return {
    heard: (message) => {
      if (!isJoined) return;
      try {
        hear(message);
      } catch (error) {
        logger.error('peers.failed', error, { peerId: message.from });
        // The rest of its message is not going to be heard.
        dependencies.facts.missed();
      }
    },
    interrupted: () => {
      if (isJoined) interrupted();
    },
    join: () => {
      if (!peers.mayHaveStored()) return NOTHING;
      isJoined = true;
      introductions.ask();
      const beat = scheduler.every(BEAT_MS, { name: 'peers', run: tick });
      return () => leave(beat);
    },
    isInDoubt: () => isJoined && isInDoubt(),
    counted: (serving) => {
      if (isJoined) unheard.counted(serving);
    },
  };
}

/** Handles each message, each tick and each interruption. */
function createHearing(dependencies: PeerLinkDependencies) {
  const { peers, facts, logger, metrics } = dependencies;
  const membership = createMembership({ joined, full });
  const introductions = createIntroductions({ ...dependencies, membership });
  const people = createPeerPeople(dependencies);
  const doubt = createDoubt();
  const unheard = createUnheard({ known: membership.count, logger, metrics });
  let hasHeardUnknown = false;
  metrics.gauge('peers_alive', membership.count);
  metrics.gauge('peer_lag_ms', introductions.lagMs);

  function joined(peer: Peer): void {
    logger.info('peer.joined', { peerId: peer.processId });
    doubt.heardAgain(peer);
    introductions.answer(peer);
  }

  function full(): void {
    logger.warn('peers.too_many', { known: MAX_PEERS });
  }

  function gone(peer: Peer, reason: 'goodbye' | 'silent'): void {
    membership.drop(peer, reason === 'goodbye');
    logger.info('peer.gone', { peerId: peer.processId, reason });
    if (reason === 'silent') doubt.lost(peer);
    if (membership.count() === 0) introductions.alone();
    people.gone(peer);
    // It may have stored something that it could not tell any more.
    facts.missed();
  }

  /** Called when something that these peers have sent is not going to be heard. */
  function noteGap(of: Iterable<Peer>): void {
    metrics.count('peer_gaps_total');
    for (const peer of of) people.unknown(peer);
    facts.missed();
    introductions.ask();
  }

  /** What the peer stored before it knew of this process, it has told to nobody, or only to others. */
  function noteKnown(peer: Peer, tellsUs: boolean): void {
    if (tellsUs && !peer.tellsUs) facts.missed();
    peer.tellsUs = tellsUs;
  }

  /** What this process does not understand may tell of something that was stored. */
  function noteUnknown(): void {
    hasHeardUnknown = true;
  }

  const own = peers.processId;
  const act = createActing({ facts, people, introductions, gone, noteKnown, noteUnknown, own });

  function hear(message: PeerMessage): void {
    const { from, number, news } = message;
    if (from === own) hearOwn(number);
    else if (number === null) hearStore(facts, news, noteUnknown);
    else hearPeer(membership.of(message), number, news);
  }

  function hearOwn(number: number | null): void {
    doubt.heardItself();
    if (number !== null) introductions.echoed(number);
  }

  function hearPeer(peer: Peer | null, number: number, news: News): void {
    if (peer === null || number <= peer.lastNumber) return;
    const isHole = number > peer.lastNumber + 1;
    peer.lastNumber = number;
    peer.silentTicks = 0;
    if (isHole) noteGap([peer]);
    act(peer, news);
  }

  async function tick(): Promise<void> {
    doubt.tick();
    for (const peer of membership.tick()) gone(peer, 'silent');
    introductions.tick();
    // At most once a tick, however much a process of a newer version says.
    if (hasHeardUnknown) facts.missed();
    hasHeardUnknown = false;
    if ([...membership.all()].some(({ isRosterKnown }) => !isRosterKnown)) introductions.ask();
  }

  const interrupted = (): void => noteGap(membership.all());
  const isInDoubt = (): boolean => doubt.isThere() || unheard.areThere();
  return { membership, introductions, unheard, hear, interrupted, tick, isInDoubt };
}

interface ActingDependencies {
  readonly own: ProcessId;
  readonly facts: FactsListener;
  readonly people: PeerPeople;
  readonly introductions: Introductions;
  gone(peer: Peer, reason: 'goodbye'): void;
  noteKnown(peer: Peer, tellsUs: boolean): void;
  noteUnknown(): void;
}

function createActing(dependencies: ActingDependencies) {
  const { own, facts, people, introductions, gone, noteKnown, noteUnknown } = dependencies;
  return (peer: Peer, news: News): void => {
    switch (news.type) {
      case 'stored':
        facts.stored(news.events);
        break;
      case 'moved':
        facts.moved(news.streams);
        break;
      case 'hello':
        introductions.answer(peer);
        break;
      case 'alive':
        noteKnown(peer, news.knows.includes(own));
        break;
      case 'goodbye':
        gone(peer, 'goodbye');
        break;
      case 'roster':
        people.roster(peer, news);
        break;
      case 'arrived':
        people.arrived(peer, news.person);
        break;
      case 'left':
        people.left(peer, news.person);
        break;
      case 'typing':
        people.typing(peer, news.person, news.isTyping);
        break;
      case 'unknown':
        noteUnknown();
        break;
    }
  };
}

/** The store tells what is stored, and nothing else. */
function hearStore(facts: FactsListener, news: News, noteUnknown: () => void): void {
  if (news.type === 'stored') facts.stored(news.events);
  if (news.type === 'moved') facts.moved(news.streams);
  if (news.type === 'unknown') noteUnknown();
}
