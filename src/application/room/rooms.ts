import type { ExistingConsultation } from '../../domain/consultation/consultation.js';
import type { Attendee } from '../lookup/attendee.js';
import { isSamePerson, personKey } from '../lookup/person.js';
import type { ConnectionId } from '../ports/broadcaster.js';

/** A consultation in which somebody is present. */
export interface Room {
  /**
   * The state of the consultation that those present were told last. It is kept here so that a tick over all rooms
   * reads nothing. Messages and reading marks are told by themselves: of those it may know less.
   */
  readonly told: ExistingConsultation;
}

interface OpenRoom extends Room {
  readonly doctorId: string;
  readonly attendees: Map<ConnectionId, Attendee>;
  told: ExistingConsultation;
}

/** The rooms in which somebody is present on a connection of this process. */
export function createRooms() {
  const rooms = new Map<string, OpenRoom>();
  const byDoctor = new Map<string, Map<string, Room>>();

  function openRoom(consultation: ExistingConsultation): OpenRoom {
    const { consultationId, doctorId } = consultation;
    let room = rooms.get(consultationId);
    if (room === undefined) {
      room = { doctorId, attendees: new Map(), told: consultation };
      rooms.set(consultationId, room);
      const roomsOfDoctor = byDoctor.get(doctorId) ?? new Map<string, Room>();
      byDoctor.set(doctorId, roomsOfDoctor.set(consultationId, room));
    }
    return room;
  }

  function closeRoomIfEmpty(consultationId: string, room: OpenRoom): void {
    if (room.attendees.size > 0) return;
    rooms.delete(consultationId);
    const roomsOfDoctor = byDoctor.get(room.doctorId);
    roomsOfDoctor?.delete(consultationId);
    if (roomsOfDoctor?.size === 0) byDoctor.delete(room.doctorId);
  }

  return { rooms, byDoctor, openRoom, closeRoomIfEmpty };
}

export function isIn(room: OpenRoom, person: Attendee): boolean {
  for (const attendee of room.attendees.values()) {
    if (isSamePerson(attendee, person)) return true;
  }
  return false;
}

/** Each person once. */
export function peopleOf(...groups: readonly Iterable<Attendee>[]): Iterable<Attendee> {
  const people = new Map<string, Attendee>();
  for (const group of groups) {
    for (const attendee of group) people.set(personKey(attendee.sender, attendee.userId), attendee);
  }
  return people.values();
}
