import { createBoundedCache } from '../streams/bounded-cache.js';
import type { Attendance } from './attendance.js';
import type { Room } from './rooms.js';

/** For how many closed rooms the progress is remembered. */
const MAX_REMEMBERED = 20_000;

/**
 * How far each room has heard of something. This is remembered for longer than the room is open: people who have
 * heard may leave and come back, and the room then begins with a state that was read earlier.
 */
export interface RoomProgress<Heard> {
  /** undefined if nobody is present, or nothing has begun yet. */
  of(consultationId: string): Heard | undefined;
  /**
   * Begins the progress of a room. Nothing happens if nobody is present, or the room has begun already.
   *
   * @param begin makes the progress from how far the consultation's last room had heard, if that is remembered.
   */
  begin(consultationId: string, begin: (last: Heard | undefined) => Heard): void;
  /** Forgets how far every room has heard. Each begins anew with whoever joins next. */
  forgetAll(): void;
}

export function createRoomProgress<Heard extends object>(
  attendance: Pick<Attendance, 'room'>,
): RoomProgress<Heard> {
  let progressOf = new WeakMap<Room, Heard>();
  const lastProgress = createBoundedCache<Heard>(MAX_REMEMBERED);
  return {
    of: (consultationId) => {
      const room = attendance.room(consultationId);
      return room === undefined ? undefined : progressOf.get(room);
    },
    begin: (consultationId, begin) => {
      const room = attendance.room(consultationId);
      if (room === undefined || progressOf.has(room)) return;
      const progress = begin(lastProgress.get(consultationId));
      progressOf.set(room, progress);
      lastProgress.set(consultationId, progress);
    },
    forgetAll: () => {
      progressOf = new WeakMap();
      lastProgress.clear();
    },
  };
}
