import type { ExistingConsultation } from '../../domain/consultation/consultation.js';
import type { ConsultationContexts } from '../lookup/consultation-context.js';
import type { Broadcaster } from '../ports/broadcaster.js';
import type { Logger } from '../ports/logger.js';
import type { Scheduler } from '../ports/scheduler.js';
import type { Attendance } from '../room/attendance.js';
import type { PublishMessages } from '../room/publish-messages.js';
import type { TellChanges } from '../room/tell-changes.js';
import type { ConsultationHandler } from '../streams/stream-handlers.js';

/** Rooms visited before other work gets a turn. */
const ROOMS_PER_TURN = 500;

/**
 * Tells every room the `seq` of its last stored message, so that clients notice a message that got lost on its way even
 * when no other follows it.
 */
export type AnnounceHeads = () => Promise<void>;

export interface AnnounceHeadsDependencies {
  readonly attendance: Attendance;
  readonly consultations: ConsultationHandler;
  readonly tell: TellChanges;
  readonly contexts: ConsultationContexts;
  readonly publisher: PublishMessages;
  readonly broadcaster: Broadcaster;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
}

export function createAnnounceHeads(dependencies: AnnounceHeadsDependencies): AnnounceHeads {
  const { attendance, consultations, tell, contexts, publisher, broadcaster, scheduler, logger } =
    dependencies;

  async function tellWhatWasMissed(consultation: ExistingConsultation): Promise<void> {
    const { parties } = await contexts.complete(consultation);
    await publisher.catchUp(consultation.consultationId, consultation.lastSeq, parties);
  }

  async function announce(consultationId: string): Promise<void> {
    try {
      const state =
        consultations.cachedState(consultationId) ?? (await consultations.current(consultationId));
      if (state.status === 'not_opened') return;
      if (tell.isBehind(state)) tell.consultation(await contexts.complete(state));
      const { lastSeq } = state;
      if (lastSeq === 0) return;
      if (publisher.isBehind(consultationId, lastSeq)) await tellWhatWasMissed(state);
      broadcaster.publish(consultationId, { type: 'consultation_head', consultationId, seq: lastSeq });
    } catch (error) {
      logger.error('head.failed', error, { consultationId });
    }
  }

  return async () => {
    let rooms = 0;
    for (const consultationId of attendance.rooms()) {
      await announce(consultationId);
      rooms += 1;
      if (rooms % ROOMS_PER_TURN === 0) await scheduler.yield();
    }
  };
}
