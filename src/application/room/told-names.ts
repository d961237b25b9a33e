import type { Parties } from '../ports/notification.js';
import type { Attendance } from './attendance.js';
import type { Room } from './rooms.js';

/**
 * The names by which those present in a room know the two people of its consultation. The states in memory do not tell:
 * a new name may have been read for somebody who asked for something else.
 */
export interface ToldNames {
  /** Notes that the room is being told these names. Nothing happens for a room in which nobody is present. */
  set(consultationId: string, parties: Parties): void;
  /** Notes the names with which a room has opened. Nothing happens for one that is open already. */
  openRoom(consultationId: string, parties: Parties): void;
  /** Whether the room was last told another name of one of the two. A room with nobody present is never behind. */
  isBehind(consultationId: string, parties: Parties): boolean;
}

export function createToldNames(attendance: Pick<Attendance, 'room'>): ToldNames {
  const told = new WeakMap<Room, Parties>();

  function set(consultationId: string, parties: Parties): void {
    const room = attendance.room(consultationId);
    if (room !== undefined) told.set(room, parties);
  }

  function toldIn(consultationId: string): Parties | undefined {
    const room = attendance.room(consultationId);
    return room === undefined ? undefined : told.get(room);
  }

  return {
    set,
    openRoom: (consultationId, parties) => {
      if (toldIn(consultationId) === undefined) set(consultationId, parties);
    },
    isBehind: (consultationId, { patient, doctor }) => {
      const known = toldIn(consultationId);
      return (
        known !== undefined && (known.patient.name !== patient.name || known.doctor.name !== doctor.name)
      );
    },
  };
}
