import { createRecordingLogger } from '../../../src/adapters/memory/loggers.js';
import { createRecordingMetrics } from '../../../src/adapters/memory/metrics.js';
import { createVirtualTime } from '../../../src/adapters/memory/virtual-time.js';
import { createPeerLink, type FactsListener } from '../../../src/application/peers/peer-link.js';
import type { PresenceListener } from '../../../src/application/peers/peer-people.js';
import { createPeerSender } from '../../../src/application/peers/peer-sender.js';
import { createPeopleElsewhere } from '../../../src/application/peers/people-elsewhere.js';
import type { News, PeerListener, Peers, PresentPerson } from '../../../src/application/ports/peers.js';
import { SECOND_MS } from '../../../src/domain/instant.js';

export const PATIENT: PresentPerson = { consultationId: 'c-1', userId: 'patient-1', sender: 'user' };
export const DOCTOR: PresentPerson = { consultationId: 'c-1', userId: 'doctor-1', sender: 'doctor' };

/** The link of the process `own` over an engine that the test plays. */
export function setUpLink(options: Partial<Peers> = {}) {
  const logger = createRecordingLogger();
  const metrics = createRecordingMetrics();
  const time = createVirtualTime(0, { logger });
  const sent: { readonly number: number | null; readonly news: News }[] = [];
  const expected: boolean[] = [];
  const told: string[] = [];
  let listener: PeerListener | undefined;
  const peers: Peers = {
    processId: 'own',
    mayHaveStored: () => true,
    isToldByStore: false,
    expectListeners: async (areThere) => void expected.push(areThere),
    send: ({ number, news }) => void sent.push({ number, news }),
    listen: (given) => {
      listener = given;
    },
    ...options,
  };
  const facts: FactsListener = {
    stored: (events) => void told.push(`stored ${events.map(({ version }) => version).join(' ')}`),
    moved: (streams) => void told.push(`moved ${streams.map(({ streamId }) => streamId).join(' ')}`),
    missed: () => void told.push('missed'),
  };
  const presence: PresenceListener = {
    arrived: ({ userId }) => void told.push(`arrived ${userId}`),
    left: (processId, { userId }) => void told.push(`left ${processId} ${userId}`),
    typing: (processId, { userId }, isTyping) => void told.push(`typing ${processId} ${userId} ${isTyping}`),
    typingUnknown: () => {},
  };
  const here: PresentPerson[] = [];
  const peerSender = createPeerSender(peers);
  const elsewhere = createPeopleElsewhere();
  const attendance = { everyone: () => here };
  const link = createPeerLink({
    ...time,
    peers,
    peerSender,
    elsewhere,
    facts,
    presence,
    attendance,
    logger,
    metrics,
  });
  peers.listen(link);
  const numbers = new Map<string, number>();
  return {
    ...time,
    logger,
    metrics,
    peerSender,
    elsewhere,
    link,
    here,
    expected,
    told,
    /** What was sent since this was asked last. */
    take: (): readonly News[] => sent.splice(0).map(({ news }) => news),
    typesSent: (): readonly string[] => sent.splice(0).map(({ news }) => news.type),
    /** The next that the process sends, or the one after `skipped` that were lost; what follows at once has been done. */
    hear: async (from: string, news: News, skipped = 0): Promise<void> => {
      const number = (numbers.get(from) ?? 0) + 1 + skipped;
      numbers.set(from, number);
      listener?.heard({ from, number, news });
      await turn();
    },
    hearAgain: (from: string, number: number | null, news: News): void =>
      listener?.heard({ from, number, news }),
    interrupted: () => listener?.interrupted(),
    tick: (ticks = 1) => time.advance(ticks * SECOND_MS),
  };
}

export function rosterOf(...people: readonly PresentPerson[]): News {
  return { type: 'roster', part: 1, parts: 1, people };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
