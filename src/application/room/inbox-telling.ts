import type { Sender } from '../../domain/consultation/events.js';
import type { Broadcaster } from '../ports/broadcaster.js';
import type { ConsultationSummary } from '../ports/notification.js';
import { createBoundedCache } from '../streams/bounded-cache.js';
import type { ConsultationHandler } from '../streams/stream-handlers.js';
import type { Attendance } from './attendance.js';
import type { InboxRegistry, Shown, Watch } from './inbox-registry.js';
import { presentParties } from './present-parties.js';

/** The number of consultations whose parties are remembered. */
const MAX_KNOWN_PARTIES = 200_000;

export interface InboxTellingDependencies {
  readonly registry: InboxRegistry;
  readonly consultations: Pick<ConsultationHandler, 'cachedState'>;
  readonly attendance: Pick<Attendance, 'present'>;
  readonly broadcaster: Pick<Broadcaster, 'notify'>;
}

/** Tells whether what happens in a consultation concerns somebody who watches. */
export function createConcerns({ registry, consultations }: InboxTellingDependencies) {
  const parties = createBoundedCache<readonly [patientId: string, doctorId: string]>(MAX_KNOWN_PARTIES);
  const learnOf = (id: string, patientId: string, doctorId: string): void => {
    parties.set(id, [patientId, doctorId]);
  };
  return {
    learnOf,
    learn: ({ consultationId, patient, doctor }: ConsultationSummary): void => {
      if (!parties.has(consultationId)) learnOf(consultationId, patient.id, doctor.id);
    },
    /** Also true if the parties of the consultation are not known, because they have to be read then. */
    of: (id: string): boolean => {
      const state = consultations.cachedState(id);
      if (state !== undefined && state.status !== 'not_opened') {
        return registry.concerns(state.patientId, state.doctorId);
      }
      const known = parties.get(id);
      return known === undefined || registry.concerns(...known);
    },
  };
}

/** What has yet to be told. */
interface PendingChanges {
  /** Consultations that are told of again even if nothing has changed. */
  readonly toTellAgain: Set<string>;
  /** Notes that the consultation may have changed. */
  readonly change: (consultationId: string) => void;
}

/** Tells the parties who watch what their inboxes show of a consultation, unless they know it already. */
export function createTell(
  { registry, attendance, broadcaster }: InboxTellingDependencies,
  { toTellAgain, change }: PendingChanges,
) {
  /** Notes that others who wait for the same doctor may have moved up or down the queue. */
  function changeQueue({ consultationId, doctor }: ConsultationSummary): void {
    for (const id of [...registry.shownOf('doctor', doctor.id)]) {
      if (id !== consultationId && registry.shown(id)?.summary.waitingSince !== null) change(id);
    }
  }

  function tellTo(watch: Watch, summary: ConsultationSummary, present: readonly Sender[]): void {
    const { connectionId, side } = watch;
    registry.show(watch, summary, present);
    if (watch.answering === 0) {
      broadcaster.notify(connectionId, { type: 'inbox_updated', item: { ...summary, side, present } });
      return;
    }
    toTellAgain.add(summary.consultationId);
    change(summary.consultationId);
  }

  return (summary: ConsultationSummary): void => {
    const { consultationId, patient, doctor } = summary;
    const present = presentParties(attendance, consultationId);
    const before = registry.shown(consultationId);
    if (before?.summary.waitingSince !== summary.waitingSince) changeQueue(summary);
    const isAgain = toTellAgain.delete(consultationId);
    if (before !== undefined && !isAgain && isSameItem(before, summary, present)) return;
    if (before !== undefined) {
      before.summary = summary;
      before.present = present;
    }
    for (const watch of registry.watchersOf(patient.id, doctor.id)) tellTo(watch, summary, present);
  };
}

export function isSameItem(before: Shown, summary: ConsultationSummary, present: readonly Sender[]): boolean {
  return (
    before.present.join() === present.join() && JSON.stringify(before.summary) === JSON.stringify(summary)
  );
}
