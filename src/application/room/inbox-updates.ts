import { LRUCache } from 'lru-cache';
import type { Sender } from '../../domain/consultation/events.js';
import { SECOND_MS } from '../../domain/instant.js';
import { MAX_PAGE_ITEMS } from '../answers/answer.js';
import type { Broadcaster } from '../ports/broadcaster.js';
import type { Directory } from '../ports/directory.js';
import type { RecordedEvent } from '../ports/event-store.js';
import type { Logger } from '../ports/logger.js';
import type { ConsultationSummary } from '../ports/notification.js';
import type { ScheduledJob, Scheduler } from '../ports/scheduler.js';
import type { ConsultationHandler } from '../streams/stream-handlers.js';
import type { Attendance } from './attendance.js';
import type { InboxListener } from './inbox-news.js';
import type { InboxRegistry, Shown, Watch } from './inbox-registry.js';
import { presentParties } from './present-parties.js';

/** Between two packets about one consultation there is at least so much time (ms). */
export const INBOX_REST_MS = 250;
/** What happens within so much time after the first of it is told by one packet (ms). */
const GATHER_MS = 10;
/** After a read has failed (ms). */
const RETRY_MS = SECOND_MS;
/** Consultations of which it is remembered whose they are. */
const MAX_KNOWN_PARTIES = 200_000;

/**
 * Tells those who watch their inbox of what has changed there. What happens only names a consultation: its item is read
 * from the store, so that whatever was missed, doubled or out of order ends in how it stands.
 */
export interface InboxUpdates extends InboxListener {
  /** Tells of the consultation once more, whatever was told of it before. */
  tellAgain(consultationId: string): void;
  /** Tells nothing more; resolves when what is under way is done. */
  stop(): Promise<void>;
}

export interface InboxUpdatesDependencies {
  readonly registry: InboxRegistry;
  readonly consultations: Pick<ConsultationHandler, 'cachedState'>;
  readonly directory: Pick<Directory, 'summaries' | 'summariesOf'>;
  readonly attendance: Pick<Attendance, 'present'>;
  readonly broadcaster: Pick<Broadcaster, 'notify'>;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
}

export function createInboxUpdates(dependencies: InboxUpdatesDependencies): InboxUpdates {
  const { registry, directory, scheduler, logger } = dependencies;
  /** What may have changed, and what of it is told in any case. */
  const changed = new Set<string>();
  const toTellAgain = new Set<string>();
  const concerns = createConcerns(dependencies);
  const tell = createTell(dependencies, { toTellAgain, change });
  let next: ScheduledJob | null = null;
  let isBehind = false;
  let isStopped = false;

  function wakeIn(delayMs: number): void {
    next = isStopped ? null : scheduler.after(delayMs, { name: 'inbox', run });
  }

  function change(consultationId: string): void {
    changed.add(consultationId);
    if (next === null) wakeIn(GATHER_MS);
  }

  function changeAll(consultationIds: Iterable<string>): void {
    for (const id of [...consultationIds]) change(id);
  }

  async function run(): Promise<void> {
    if (registry.count() === 0) {
      changed.clear();
      toTellAgain.clear();
      isBehind = false;
    }
    if (changed.size === 0 && !isBehind) {
      next = null;
      return;
    }
    let restMs = INBOX_REST_MS;
    const ids = [...changed].slice(0, MAX_PAGE_ITEMS);
    for (const id of ids) changed.delete(id);
    try {
      if (isBehind) await catchUp();
      if (ids.length === 0) return;
      const found = await directory.summariesOf(ids);
      for (const { state } of found) {
        concerns.learn(state);
        tell(state);
      }
    } catch (error) {
      logger.error('inbox.failed', error);
      for (const id of ids) changed.add(id);
      restMs = RETRY_MS;
    } finally {
      wakeIn(restMs);
    }
  }

  /** Everything that was shown is read again, and what is new in an inbox is found at its top. */
  async function catchUp(): Promise<void> {
    isBehind = false;
    for (const id of registry.everyShown()) changed.add(id);
    try {
      for (const watch of [...registry.all()]) {
        const question = { filter: filterOf(watch), order: 'activity', unreadBy: null, after: null } as const;
        const page = await directory.summaries(question, MAX_PAGE_ITEMS);
        for (const { state } of page) changed.add(state.consultationId);
      }
    } catch (error) {
      isBehind = true;
      throw error;
    }
  }

  function hear({ streamId, event }: RecordedEvent): void {
    const id = streamId.slice(streamId.indexOf(':') + 1);
    if (event.type === 'ConsultationOpened') concerns.learnOf(id, event.data.patientId, event.data.doctorId);
    if (streamId.startsWith('consultation:')) {
      if (concerns.of(id)) change(id);
    } else if (event.type === 'DoctorRenamed') changeAll(registry.shownOf('doctor', id));
    else if (event.type === 'PatientRenamed') changeAll(registry.shownOf('user', id));
  }

  return {
    stored: (events) => {
      for (const recorded of events) hear(recorded);
    },
    moved: (streams) => {
      for (const { streamId } of streams) {
        const id = streamId.slice(streamId.indexOf(':') + 1);
        if (!streamId.startsWith('consultation:')) {
          changeAll(registry.shownOf(streamId.startsWith('doctor:') ? 'doctor' : 'user', id));
        } else if (concerns.of(id)) change(id);
      }
    },
    missed: () => {
      isBehind = true;
      if (next === null) wakeIn(GATHER_MS);
    },
    presenceChanged: (consultationId) => {
      if (concerns.of(consultationId)) change(consultationId);
    },
    tellAgain: (consultationId) => {
      toTellAgain.add(consultationId);
      change(consultationId);
    },
    stop: async () => {
      isStopped = true;
      await next?.stop();
      next = null;
    },
  };
}

/** Whether what happens in a consultation concerns somebody who watches. */
function createConcerns({ registry, consultations }: InboxUpdatesDependencies) {
  const parties = new LRUCache<string, readonly [patientId: string, doctorId: string]>({
    max: MAX_KNOWN_PARTIES,
  });
  const learnOf = (id: string, patientId: string, doctorId: string): void => {
    parties.set(id, [patientId, doctorId]);
  };
  return {
    learnOf,
    learn: ({ consultationId, patient, doctor }: ConsultationSummary): void => {
      if (!parties.has(consultationId)) learnOf(consultationId, patient.id, doctor.id);
    },
    /** Of a consultation that nothing is known of, it is read whose it is. */
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

interface Telling {
  readonly toTellAgain: Set<string>;
  readonly change: (consultationId: string) => void;
}

/** Tells those whom it concerns how a consultation stands, where they do not know it already. */
function createTell(
  { registry, attendance, broadcaster }: InboxUpdatesDependencies,
  { toTellAgain, change }: Telling,
) {
  /** Who waits for the doctor, too, may have come nearer, or have somebody else ahead. */
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
    if (before !== undefined && !isAgain && isSame(before, summary, present)) return;
    if (before !== undefined) {
      before.summary = summary;
      before.present = present;
    }
    for (const watch of registry.watchersOf(patient.id, doctor.id)) tellTo(watch, summary, present);
  };
}

export function isSame(before: Shown, summary: ConsultationSummary, present: readonly Sender[]): boolean {
  return (
    before.present.join() === present.join() && JSON.stringify(before.summary) === JSON.stringify(summary)
  );
}

/** The consultations of whose inbox it is. */
export function filterOf({ side, personId }: Pick<Watch, 'side' | 'personId'>) {
  return {
    patientId: side === 'user' ? personId : null,
    doctorId: side === 'doctor' ? personId : null,
    status: null,
  };
}
