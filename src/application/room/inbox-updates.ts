import type { Sender } from '../../domain/consultation/events.js';
import { SECOND_MS } from '../../domain/instant.js';
import { MAX_PAGE_ITEMS } from '../answers/answer.js';
import type { Directory } from '../ports/directory.js';
import type { RecordedEvent, StreamVersion } from '../ports/event-store.js';
import type { Logger } from '../ports/logger.js';
import type { ScheduledJob, Scheduler } from '../ports/scheduler.js';
import { chunksOf } from './chunks.js';
import type { InboxListener } from './inbox-news.js';
import type { InboxRegistry, Watch } from './inbox-registry.js';
import { createConcerns, createTell, type InboxTellingDependencies } from './inbox-telling.js';

/** The shortest time between two packets about one consultation, in ms. */
export const INBOX_REST_MS = 250;
/** One packet tells everything that happens within this time after the first change, in ms. */
const GATHER_MS = 10;
/** How many inboxes are read anew before what has changed meanwhile is told. */
const MAX_INBOXES_AT_ONCE = 50;
/** How long to wait after a read has failed, in ms. */
const RETRY_MS = SECOND_MS;

/**
 * Tells those who watch their inbox what has changed there. An event only says which consultation may have changed. The
 * item is then read from the store, so that events which were missed, repeated or out of order do no harm.
 */
export interface InboxUpdates extends InboxListener {
  /** Tells of the consultation once more, whatever was told of it before. */
  tellAgain(consultationId: string): void;
  /** Tells nothing more. Resolves when what is under way is done. */
  stop(): Promise<void>;
}

export interface InboxUpdatesDependencies extends InboxTellingDependencies {
  readonly directory: Pick<Directory, 'summaries' | 'summariesOf'>;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
}

export function createInboxUpdates(dependencies: InboxUpdatesDependencies): InboxUpdates {
  const { registry, directory, scheduler, logger } = dependencies;
  /** The consultations that may have changed, and those of them that are told of in any case. */
  const changed = new Set<string>();
  const toTellAgain = new Set<string>();
  /** Those who watch and may lack new consultations. */
  const behind = new Set<Watch>();
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

  /**
   * Tells of everything that has changed by now, a page at a time. What changes meanwhile waits for the next time, so that
   * nobody is told of one consultation twice in a row.
   */
  async function tellChanged(): Promise<void> {
    for (const ids of chunksOf([...changed], MAX_PAGE_ITEMS)) {
      if (isStopped) return;
      await tellPage(ids);
    }
  }

  async function tellPage(ids: readonly string[]): Promise<void> {
    for (const id of ids) changed.delete(id);
    try {
      for (const { state } of await directory.summariesOf(ids)) {
        concerns.learn(state);
        tell(state);
      }
    } catch (error) {
      for (const id of ids) changed.add(id);
      throw error;
    }
  }

  async function run(): Promise<void> {
    if (registry.count() === 0) {
      for (const set of [changed, toTellAgain, behind]) set.clear();
      isBehind = false;
    }
    if (changed.size === 0 && behind.size === 0 && !isBehind) {
      next = null;
      return;
    }
    try {
      if (isBehind) noteAllAsChanged();
      await catchUp();
      await tellChanged();
      wakeIn(INBOX_REST_MS);
    } catch (error) {
      logger.error('inbox.failed', error);
      wakeIn(RETRY_MS);
    }
  }

  function noteAllAsChanged(): void {
    isBehind = false;
    for (const id of registry.everyShown()) changed.add(id);
    for (const watch of registry.all()) behind.add(watch);
  }

  /**
   * Reads the newest page of inboxes that may lack new consultations: of some at a time, so that those who lack nothing
   * do not wait for all the others.
   */
  async function catchUp(): Promise<void> {
    for (const watch of [...behind].slice(0, MAX_INBOXES_AT_ONCE)) {
      const question = { filter: filterOf(watch), order: 'activity', unreadBy: null, after: null } as const;
      const page = await directory.summaries(question, MAX_PAGE_ITEMS);
      for (const { state } of page) changed.add(state.consultationId);
      behind.delete(watch);
    }
  }

  return {
    ...createListener(registry, concerns, change),
    missed: () => {
      isBehind = true;
      if (next === null) wakeIn(GATHER_MS);
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

/** Notes which consultations may have changed for somebody. */
function createListener(
  registry: InboxRegistry,
  concerns: ReturnType<typeof createConcerns>,
  change: (consultationId: string) => void,
): Omit<InboxListener, 'missed'> {
  function changeIfConcerned(consultationId: string): void {
    if (concerns.of(consultationId)) change(consultationId);
  }

  function changeAllOf(side: Sender, personId: string): void {
    for (const id of [...registry.shownOf(side, personId)]) change(id);
  }

  function hear({ streamId, event }: RecordedEvent): void {
    const id = streamId.slice(streamId.indexOf(':') + 1);
    if (event.type === 'ConsultationOpened') concerns.learnOf(id, event.data.patientId, event.data.doctorId);
    if (streamId.startsWith('consultation:')) changeIfConcerned(id);
    else if (event.type === 'DoctorRenamed') changeAllOf('doctor', id);
    else if (event.type === 'PatientRenamed') changeAllOf('user', id);
  }

  function hearMoved({ streamId }: StreamVersion): void {
    const id = streamId.slice(streamId.indexOf(':') + 1);
    if (streamId.startsWith('consultation:')) changeIfConcerned(id);
    else changeAllOf(streamId.startsWith('doctor:') ? 'doctor' : 'user', id);
  }

  return {
    stored: (events) => {
      for (const recorded of events) hear(recorded);
    },
    moved: (streams) => {
      for (const stream of streams) hearMoved(stream);
    },
    presenceChanged: changeIfConcerned,
  };
}

/** The filter that finds the consultations of the inbox's owner. */
export function filterOf({ side, personId }: Pick<Watch, 'side' | 'personId'>) {
  return {
    patientId: side === 'user' ? personId : null,
    doctorId: side === 'doctor' ? personId : null,
    status: null,
  };
}
