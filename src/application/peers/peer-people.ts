import type { PresentPerson, ProcessId } from '../ports/peers.js';
import type { Peer } from './membership.js';
import type { PeopleElsewhere } from './people-elsewhere.js';
import { createRosterReader, type RosterPart } from './roster.js';

/** Hears of the people at other processes. */
export interface PresenceListener {
  /** The person is present at another process now, and was present at none of them before. */
  arrived(person: PresentPerson): void;
  /** The person is not present at that process any more. */
  left(processId: ProcessId, person: PresentPerson): void;
  typing(processId: ProcessId, person: PresentPerson, isTyping: boolean): void;
  /** It is not known any more who is typing there. The process repeats it of those who go on. */
  typingUnknown(processId: ProcessId): void;
}

/** Keeps track of the people at each peer, by what the peer tells. */
export interface PeerPeople {
  arrived(peer: Peer, person: PresentPerson): void;
  left(peer: Peer, person: PresentPerson): void;
  typing(peer: Peer, person: PresentPerson, isTyping: boolean): void;
  /** Applies the roster as a difference, so that those who stay do not seem to leave and come back. */
  roster(peer: Peer, part: RosterPart): void;
  /** Something was not heard. The people who are known stay until a whole roster has come. */
  unknown(peer: Peer): void;
  /** The peer is gone, and so is everybody there. */
  gone(peer: Peer): void;
}

export interface PeerPeopleDependencies {
  readonly elsewhere: PeopleElsewhere;
  readonly presence: PresenceListener;
}

export function createPeerPeople({ elsewhere, presence }: PeerPeopleDependencies): PeerPeople {
  function arrived({ processId }: Peer, person: PresentPerson): void {
    if (elsewhere.add(processId, person)) presence.arrived(person);
  }

  function left({ processId }: Peer, person: PresentPerson): void {
    if (elsewhere.remove(processId, person)) presence.left(processId, person);
  }

  return {
    arrived,
    left,
    typing: ({ processId }, person, isTyping) => {
      if (elsewhere.has(person, processId)) presence.typing(processId, person, isTyping);
    },
    roster: (peer, part) => {
      if (part.part === 1) peer.roster = createRosterReader(elsewhere.at(peer.processId));
      const { roster } = peer;
      if (roster?.take(part) !== true) {
        peer.roster = null;
        return;
      }
      for (const person of part.people) arrived(peer, person);
      if (part.part < part.parts) return;
      for (const person of roster.missing()) left(peer, person);
      peer.roster = null;
      peer.isRosterKnown = true;
    },
    unknown: (peer) => {
      peer.roster = null;
      peer.isRosterKnown = false;
      presence.typingUnknown(peer.processId);
    },
    gone: (peer) => {
      presence.typingUnknown(peer.processId);
      for (const person of elsewhere.at(peer.processId)) left(peer, person);
    },
  };
}
