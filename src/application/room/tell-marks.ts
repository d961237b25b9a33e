import type { ExistingConsultation } from '../../domain/consultation/consultation.js';
import type { Sender } from '../../domain/consultation/events.js';
import type { Broadcaster } from '../ports/broadcaster.js';
import type { Clock } from '../ports/clock.js';
import type { Notification } from '../ports/notification.js';
import type { Attendance } from './attendance.js';
import { createRoomProgress } from './room-progress.js';

/** `messages_read`. */
export type ReadMark = Extract<Notification, { readonly type: 'messages_read' }>;

/** Tells a room of read marks, only of later ones, and once, because the store may answer two appends in reverse. */
export interface TellMarks {
  /**
   * From now on the room hears of marks that are later than these, and later than those that it was told here before.
   * Nothing happens for a room that is open already.
   */
  openRoom(consultation: ExistingConsultation): void;
  tell(mark: ReadMark): void;
  /** Tells the marks of this state that the room was not told of when they were stored. */
  catchUp(consultation: ExistingConsultation): void;
  /** Forgets what was told: it is not stored any more. Each room begins anew with whoever joins next. */
  forgetAll(): void;
}

export interface TellMarksDependencies {
  readonly attendance: Attendance;
  readonly broadcaster: Broadcaster;
  readonly clock: Clock;
}

export function createTellMarks({ attendance, broadcaster, clock }: TellMarksDependencies): TellMarks {
  const rooms = createRoomProgress<Record<Sender, number>>(attendance);

  function tell(mark: ReadMark): void {
    const { consultationId, reader, seq } = mark;
    const told = rooms.of(consultationId);
    if (told === undefined || seq <= told[reader]) return;
    told[reader] = seq;
    broadcaster.publish(consultationId, mark);
  }

  return {
    openRoom: ({ consultationId, readSeq }) => {
      rooms.begin(consultationId, (last = readSeq) => ({
        user: Math.max(last.user, readSeq.user),
        doctor: Math.max(last.doctor, readSeq.doctor),
      }));
    },
    tell,
    catchUp: ({ consultationId, patientId, doctorId, readSeq }) => {
      const at = clock.now();
      const common = { type: 'messages_read', consultationId, at } as const;
      tell({ ...common, reader: 'user', userId: patientId, seq: readSeq.user });
      tell({ ...common, reader: 'doctor', userId: doctorId, seq: readSeq.doctor });
    },
    forgetAll: rooms.forgetAll,
  };
}
