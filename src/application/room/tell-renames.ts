import { MAX_PAGE_ITEMS } from '../answers/answer.js';
import { type ConsultationContexts, viewOf } from '../lookup/consultation-context.js';
import type { Broadcaster } from '../ports/broadcaster.js';
import type { Directory } from '../ports/directory.js';
import type { Scheduler } from '../ports/scheduler.js';
import type { ConsultationHandler } from '../streams/stream-handlers.js';
import type { Attendance } from './attendance.js';
import type { ToldNames } from './told-names.js';
import { createYieldWhenDue } from './yield-when-due.js';

/**
 * Tells those present in somebody's open consultations the new name, as `consultation_updated`. A room that knows the
 * name is not told again.
 */
export interface TellRenames {
  doctor(doctorId: string): Promise<void>;
  patient(patientId: string): Promise<void>;
}

export interface TellRenamesDependencies {
  readonly attendance: Attendance;
  readonly broadcaster: Broadcaster;
  readonly consultations: ConsultationHandler;
  readonly contexts: ConsultationContexts;
  readonly directory: Directory;
  readonly toldNames: ToldNames;
  readonly scheduler: Scheduler;
}

export function createTellRenames(dependencies: TellRenamesDependencies): TellRenames {
  const { attendance, broadcaster, consultations, contexts, directory, toldNames, scheduler } = dependencies;
  const yieldWhenDue = createYieldWhenDue(scheduler);

  async function tellRoom(consultationId: string): Promise<void> {
    const turn = yieldWhenDue();
    if (turn !== undefined) await turn;
    if (attendance.room(consultationId) === undefined) return;
    const state = await consultations.current(consultationId);
    if (state.status !== 'open') return;
    // The newest state and names: what has changed meanwhile has been told already, and must not be taken back.
    const { consultation, parties } = await contexts.refresh(state);
    if (!toldNames.isBehind(consultationId, parties)) return;
    toldNames.set(consultationId, parties);
    broadcaster.publish(consultationId, {
      type: 'consultation_updated',
      consultation: viewOf(consultation, parties),
    });
  }

  return {
    doctor: async (doctorId) => {
      // A copy is enough, because whoever joins while this goes on is shown the new name anyway.
      for (const consultationId of [...(attendance.roomsOf(doctorId)?.keys() ?? [])]) {
        await tellRoom(consultationId);
      }
    },
    patient: async (patientId) => {
      const filter = { patientId, doctorId: null, status: 'open' } as const;
      for (let after: string | null = null; ; ) {
        const page = await directory.consultations(filter, after, MAX_PAGE_ITEMS);
        for (const { state } of page) await tellRoom(state.consultationId);
        if (page.length < MAX_PAGE_ITEMS) return;
        after = page.at(-1)?.state.consultationId ?? null;
      }
    },
  };
}
