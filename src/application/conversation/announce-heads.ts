import type { Broadcaster } from '../ports/broadcaster.js';
import type { Logger } from '../ports/logger.js';
import type { Peers } from '../ports/peers.js';
import type { Scheduler } from '../ports/scheduler.js';
import type { Attendance } from '../room/attendance.js';
import type { CatchUpRoom } from '../room/catch-up-room.js';
import type { HearPeers } from '../room/hear-peers.js';
import type { InboxNews } from '../room/inbox-news.js';
import { createYieldWhenDue } from '../room/yield-when-due.js';
import type { ConsultationHandler } from '../streams/stream-handlers.js';

/**
 * Tells every room the `seq` of its last stored message, so that clients notice a message that got lost on its way,
 * even when no other message follows it.
 */
export type AnnounceHeads = () => Promise<void>;

export interface AnnounceHeadsDependencies {
  readonly attendance: Attendance;
  readonly consultations: ConsultationHandler;
  readonly catchUpRoom: CatchUpRoom;
  readonly peers: Pick<Peers, 'mayHaveStored'>;
  readonly hearPeers: Pick<HearPeers, 'catchUp'>;
  readonly link: { isInDoubt(): boolean };
  readonly news: Pick<InboxNews, 'missed'>;
  readonly broadcaster: Broadcaster;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
}

export function createAnnounceHeads(dependencies: AnnounceHeadsDependencies): AnnounceHeads {
  const { attendance, consultations, catchUpRoom, peers, hearPeers, link, news } = dependencies;
  const { broadcaster, scheduler, logger } = dependencies;

  async function announce(consultationId: string): Promise<void> {
    try {
      const state =
        consultations.cachedState(consultationId) ?? (await consultations.current(consultationId));
      if (state.status === 'not_opened') return;
      await catchUpRoom(state);
      const { lastSeq } = state;
      if (lastSeq > 0)
        broadcaster.publish(consultationId, { type: 'consultation_head', consultationId, seq: lastSeq });
    } catch (error) {
      logger.error('head.failed', error, { consultationId });
    }
  }

  /** What fails here must not keep the rooms from being told what is known. */
  async function catchUp(): Promise<void> {
    // Inboxes have no versions by which one could see that they are behind: to read them again is not cheap.
    if (link.isInDoubt()) news.missed();
    try {
      await hearPeers.catchUp();
    } catch (error) {
      logger.error('peers.failed', error);
    }
  }

  return async () => {
    if (peers.mayHaveStored()) await catchUp();
    const yieldWhenDue = createYieldWhenDue(scheduler);
    for (const consultationId of attendance.rooms()) {
      await announce(consultationId);
      const turn = yieldWhenDue();
      if (turn !== undefined) await turn;
    }
  };
}
