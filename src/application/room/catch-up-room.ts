import type { ExistingConsultation } from '../../domain/consultation/consultation.js';
import type { ConsultationContexts } from '../lookup/consultation-context.js';
import type { PublishMessages } from './publish-messages.js';
import type { TellChanges } from './tell-changes.js';
import type { TellMarks } from './tell-marks.js';

/**
 * Tells a room what it has not heard yet of this state of its consultation: what another process has stored, or what
 * was stored here without an answer. Resolves at once if the room has heard everything, as most have.
 */
export type CatchUpRoom = (consultation: ExistingConsultation) => Promise<void>;

export interface CatchUpRoomDependencies {
  readonly contexts: ConsultationContexts;
  readonly publisher: PublishMessages;
  readonly tell: TellChanges;
  readonly marks: TellMarks;
}

export function createCatchUpRoom(dependencies: CatchUpRoomDependencies): CatchUpRoom {
  const { contexts, publisher, tell, marks } = dependencies;

  return async (consultation) => {
    const { consultationId, lastSeq } = consultation;
    const context = await contexts.complete(consultation);
    if (tell.isBehind(context)) tell.consultationChanged(context);
    if (publisher.isBehind(consultationId, lastSeq))
      await publisher.catchUp(consultationId, lastSeq, context.parties);
    marks.catchUp(consultation);
  };
}
