import { chatMessage } from '../lookup/consultation-context.js';
import { isStored } from '../lookup/is-stored.js';
import type { Broadcaster } from '../ports/broadcaster.js';
import type { Logger } from '../ports/logger.js';
import type { MessageHistory, StoredMessage } from '../ports/message-history.js';
import type { Parties } from '../ports/notification.js';
import type { Attendance } from './attendance.js';
import { createRoomProgress } from './room-progress.js';

/** How many messages are read at a time when a room has missed some. */
const PAGE = 200;

/**
 * Broadcasts messages to a room in the order of `seq`, each once. If the answer to storing a message got lost because
 * the database went away at the wrong moment, the message is found as soon as anything shows that it was stored, and
 * is broadcast before those that follow it.
 */
export interface PublishMessages {
  /**
   * Begins with the messages after `lastSeq`, or after those that this process has broadcast to the consultation
   * before. Nothing happens for a room that has begun already.
   */
  openRoom(consultationId: string, lastSeq: number): void;
  /** Called when a message has been stored, or is found to have been stored. */
  publish(message: StoredMessage, parties: Parties): void;
  /** Whether the room has missed a message up to `lastSeq`. */
  isBehind(consultationId: string, lastSeq: number): boolean;
  /**
   * Broadcasts the messages that the room has missed up to `lastSeq`. Never rejects: a failure is logged, and tried
   * again at the next occasion.
   */
  catchUp(consultationId: string, lastSeq: number, parties: Parties): Promise<void>;
  /**
   * Whether the last message that the room has heard is missing from the store, or another one has its `seq`. Reads one message,
   * or none if the room has heard none here. @throws if the store does not answer.
   */
  hasHeardWhatIsNotStored(consultationId: string): Promise<boolean>;
  /** Forgets what was broadcast, because it may not be stored any more. Each room begins anew with whoever joins next. */
  forgetAll(): void;
}

export interface PublishMessagesDependencies {
  readonly attendance: Attendance;
  readonly history: MessageHistory;
  readonly broadcaster: Broadcaster;
  readonly logger: Logger;
}

/** How far a room has heard. */
interface Progress {
  publishedSeq: number;
  /** The id of the last message that was broadcast; null before the first. */
  publishedId: string | null;
  /** The highest `seq` that is known to be stored. */
  storedSeq: number;
  catchingUp: Promise<void> | null;
}

export function createPublishMessages(dependencies: PublishMessagesDependencies): PublishMessages {
  const { attendance, history, broadcaster, logger } = dependencies;
  const rooms = createRoomProgress<Progress>(attendance);

  function tell(progress: Progress, message: StoredMessage, parties: Parties): void {
    const { consultationId, seq, messageId } = message;
    progress.publishedSeq = seq;
    progress.publishedId = messageId;
    broadcaster.publish(consultationId, { type: 'new_message', message: chatMessage(message, parties) });
  }

  async function readMissed(consultationId: string, progress: Progress, parties: Parties): Promise<void> {
    try {
      while (progress.publishedSeq < progress.storedSeq) {
        const missed = await history.after(consultationId, progress.publishedSeq, PAGE);
        for (const message of missed) tell(progress, message, parties);
        if (missed.length === 0) return;
      }
    } catch (error) {
      logger.error('publish.failed', error, { consultationId });
    } finally {
      progress.catchingUp = null;
    }
  }

  function catchUp(consultationId: string, lastSeq: number, parties: Parties): Promise<void> {
    const progress = rooms.of(consultationId);
    if (progress === undefined) return Promise.resolve();
    progress.storedSeq = Math.max(progress.storedSeq, lastSeq);
    if (progress.publishedSeq >= progress.storedSeq) return Promise.resolve();
    progress.catchingUp ??= readMissed(consultationId, progress, parties);
    return progress.catchingUp;
  }

  return {
    openRoom: (consultationId, lastSeq) => {
      rooms.begin(consultationId, (last) => {
        const heardSeq = Math.max(lastSeq, last?.publishedSeq ?? 0);
        const publishedId = heardSeq === last?.publishedSeq ? last.publishedId : null;
        return { publishedSeq: heardSeq, publishedId, storedSeq: heardSeq, catchingUp: null };
      });
    },
    publish: (message, parties) => {
      const { consultationId, seq } = message;
      const progress = rooms.of(consultationId);
      if (progress === undefined || seq <= progress.publishedSeq) return;
      if (seq === progress.publishedSeq + 1 && progress.catchingUp === null) tell(progress, message, parties);
      else void catchUp(consultationId, seq, parties);
    },
    isBehind: (consultationId, lastSeq) => (rooms.of(consultationId)?.publishedSeq ?? lastSeq) < lastSeq,
    catchUp,
    hasHeardWhatIsNotStored: async (consultationId) => {
      const progress = rooms.of(consultationId);
      if (progress === undefined || progress.publishedId === null) return false;
      const { publishedSeq: seq, publishedId: messageId } = progress;
      return !(await isStored(history, consultationId, { seq, messageId }));
    },
    forgetAll: rooms.forgetAll,
  };
}
