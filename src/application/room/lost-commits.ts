import type { RecentPages } from '../lookup/recent-pages.js';
import type { Broadcaster } from '../ports/broadcaster.js';
import type { StreamCategory, StreamId } from '../ports/event-store.js';
import type { Logger } from '../ports/logger.js';
import type { ConsultationHandler, DoctorHandler, PatientHandler } from '../streams/stream-handlers.js';
import type { Attendance } from './attendance.js';
import { chunksOf } from './chunks.js';
import type { PublishMessages } from './publish-messages.js';
import type { TellMarks } from './tell-marks.js';

/** For how many rooms the last message is looked up at the same time. What has to be read for them is read together. */
const ROOMS_AT_ONCE = 50;

/**
 * Notices when the store has lost something that it had confirmed. This happens when a replica takes over that has not received
 * everything, or when a backup is restored. Memory and the people present may then know a history that does not exist any
 * more, and the numbers of lost messages are used again.
 */
export interface LostCommits {
  /** Called when the store may be another one from now on. Memory is not trusted any more, but only compared with the store. */
  storeReplaced(): void;
  /** Returns the stream's version as it was known before the store may have been replaced. */
  versionBefore(streamId: StreamId): number;
  /** Called when a stream is found at an older version than was known. */
  found(streamId: StreamId): void;
  /**
   * If something was lost, empties memory and the rooms, and makes everybody who is connected here connect anew, so that they ask
   * for what is stored now. @throws if the store does not answer. The loss is remembered for the next call.
   */
  settle(): Promise<void>;
}

export interface LostCommitsDependencies {
  readonly consultations: ConsultationHandler;
  readonly doctors: DoctorHandler;
  readonly patients: PatientHandler;
  readonly recentPages: Pick<RecentPages, 'forgetAll'>;
  readonly attendance: Attendance;
  readonly publisher: PublishMessages;
  readonly marks: TellMarks;
  readonly broadcaster: Broadcaster;
  readonly logger: Logger;
}

export function createLostCommits(dependencies: LostCommitsDependencies): LostCommits {
  const { consultations, doctors, patients, recentPages } = dependencies;
  const { attendance, publisher, marks, broadcaster, logger } = dependencies;
  const before = new Map<StreamId, number>();
  const lost = new Set<StreamId>();
  let replacements = 0;
  let compared = 0;

  function remember(
    category: StreamCategory,
    ids: Iterable<string>,
    handler: Pick<ConsultationHandler | DoctorHandler, 'cached'>,
  ): void {
    for (const id of ids) {
      const version = handler.cached(id)?.storedVersion;
      if (version !== undefined) before.set(`${category}:${id}`, version);
    }
  }

  function forgetAll(): void {
    consultations.forgetAll();
    doctors.forgetAll();
    patients.forgetAll();
    recentPages.forgetAll();
  }

  /** Looks for each room's last message, because a stream that has lost its end may have grown again since. */
  async function findReplacedMessages(): Promise<void> {
    for (const some of chunksOf([...attendance.rooms()], ROOMS_AT_ONCE)) {
      await Promise.all(
        some.map(async (id) => {
          if (await publisher.hasHeardWhatIsNotStored(id)) lost.add(`consultation:${id}`);
        }),
      );
    }
  }

  function beginAnew(): void {
    logger.warn('database.went_back', { streams: lost.size });
    forgetAll();
    publisher.forgetAll();
    marks.forgetAll();
    broadcaster.reconnectAll();
  }

  return {
    storeReplaced: () => {
      replacements += 1;
      remember('consultation', attendance.rooms(), consultations);
      remember('doctor', attendance.waitedFor(), doctors);
      forgetAll();
    },
    versionBefore: (streamId) => before.get(streamId) ?? 0,
    found: (streamId) => void lost.add(streamId),
    settle: async () => {
      const upTo = replacements;
      if (compared !== upTo) await findReplacedMessages();
      // The store may have been replaced once more meanwhile.
      if (upTo === replacements) before.clear();
      compared = upTo;
      if (lost.size > 0) beginAnew();
      lost.clear();
    },
  };
}
