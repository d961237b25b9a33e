import type { ExistingConsultation } from '../../domain/consultation/consultation.js';
import type { Sender } from '../../domain/consultation/events.js';
import type { Broadcaster } from '../ports/broadcaster.js';
import type { Clock } from '../ports/clock.js';
import type { Notification } from '../ports/notification.js';
import { createBoundedCache } from '../streams/bounded-cache.js';
import type { Attendance } from './attendance.js';
import type { Room } from './rooms.js';

/** `messages_read`. */
export type ReadMark = Extract<Notification, { readonly type: 'messages_read' }>;

/** Consultations of which the marks are remembered that a room has heard of, which may be closed by now. */
const MAX_REMEMBERED = 20_000;

/** Tells a room of read marks, each later one once: the store may answer two appends in reverse order. */
export interface TellMarks {
  /**
   * From now on the room hears of later marks than these, and than those that were told here before. Nothing happens for a
   * room that is open already.
   */
  openRoom(consultation: ExistingConsultation): void;
  tell(mark: ReadMark): void;
  /** Tells a mark whose storing was told to nobody. */
  catchUp(consultation: ExistingConsultation): void;
}

export interface TellMarksDependencies {
  readonly attendance: Attendance;
  readonly broadcaster: Broadcaster;
  readonly clock: Clock;
}

export function createTellMarks({ attendance, broadcaster, clock }: TellMarksDependencies): TellMarks {
  const toldOf = new WeakMap<Room, Record<Sender, number>>();
  /** Whoever has heard of a mark may have left and come back, while the room opens with what was read before. */
  const lastTold = createBoundedCache<Record<Sender, number>>(MAX_REMEMBERED);

  function tell(mark: ReadMark): void {
    const { consultationId, reader, seq } = mark;
    const room = attendance.room(consultationId);
    if (room === undefined) return;
    const told = toldOf.get(room) ?? { user: 0, doctor: 0 };
    if (seq <= told[reader]) return;
    told[reader] = seq;
    toldOf.set(room, told);
    broadcaster.publish(consultationId, mark);
  }

  return {
    openRoom: ({ consultationId, readSeq }) => {
      const room = attendance.room(consultationId);
      if (room === undefined || toldOf.has(room)) return;
      const last = lastTold.get(consultationId) ?? readSeq;
      const told = { user: Math.max(last.user, readSeq.user), doctor: Math.max(last.doctor, readSeq.doctor) };
      toldOf.set(room, told);
      lastTold.set(consultationId, told);
    },
    tell,
    catchUp: ({ consultationId, patientId, doctorId, readSeq }) => {
      const at = clock.now();
      const common = { type: 'messages_read', consultationId, at } as const;
      tell({ ...common, reader: 'user', userId: patientId, seq: readSeq.user });
      tell({ ...common, reader: 'doctor', userId: doctorId, seq: readSeq.doctor });
    },
  };
}
