import type { Broadcaster } from '../ports/broadcaster.js';
import type { StreamCategory, StreamId } from '../ports/event-store.js';
import type { Logger } from '../ports/logger.js';
import type { ConsultationHandler, DoctorHandler, PatientHandler } from '../streams/stream-handlers.js';
import type { Attendance } from './attendance.js';
import type { PublishMessages } from './publish-messages.js';
import type { TellMarks } from './tell-marks.js';

/** Rooms whose last message is looked for at the same time: what has to be read for them is read together. */
const ROOMS_AT_ONCE = 50;

/**
 * Notices when the store has lost what it had confirmed: a replica took over that had not received everything, or a backup was
 * restored. What memory and those present know may then be of a history that does not exist any more, and the numbers of
 * lost messages are used again.
 */
export interface LostCommits {
  /** The store may be another one from now on. What memory holds of it counts no more, but is compared with it. */
  storeReplaced(): void;
  /** The version at which the stream was known to be before the store may have been replaced. */
  versionBefore(streamId: StreamId): number;
  /** The stream is at an older version than it was known to be. */
  found(streamId: StreamId): void;
  /**
   * If something was lost, memory and the rooms begin anew, and so does everybody who is connected here: they come back, and
   * ask for what is stored now. @throws when the store does not answer; what was found is remembered then.
   */
  settle(): Promise<void>;
}

export interface LostCommitsDependencies {
  readonly consultations: ConsultationHandler;
  readonly doctors: DoctorHandler;
  readonly patients: PatientHandler;
  readonly attendance: Attendance;
  readonly publisher: PublishMessages;
  readonly marks: TellMarks;
  readonly broadcaster: Broadcaster;
  readonly logger: Logger;
}

export function createLostCommits(dependencies: LostCommitsDependencies): LostCommits {
  const { consultations, doctors, patients, attendance, publisher, marks, broadcaster, logger } =
    dependencies;
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
  }

  /** The stream may have grown again since. */
  async function findReplacedMessages(): Promise<void> {
    const rooms = [...attendance.rooms()];
    for (let start = 0; start < rooms.length; start += ROOMS_AT_ONCE) {
      await Promise.all(
        rooms.slice(start, start + ROOMS_AT_ONCE).map(async (id) => {
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
      // It may have been replaced once more meanwhile.
      if (upTo === replacements) before.clear();
      compared = upTo;
      if (lost.size > 0) beginAnew();
      lost.clear();
    },
  };
}
