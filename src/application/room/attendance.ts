import { type ExistingConsultation, openUntil } from '../../domain/consultation/consultation.js';
import type { Instant } from '../../domain/instant.js';
import type { Attendee } from '../lookup/attendee.js';
import { isSamePerson, personKey } from '../lookup/person.js';
import type { ConnectionId } from '../ports/broadcaster.js';

export interface Departure extends Attendee {
  readonly consultationId: string;
  /** Whether the person is gone, too: several connections of one person count as one. */
  readonly isPersonGone: boolean;
}

/**
 * Who is connected, and present in which consultation. Lives in memory: it ends with the process, as connections do.
 */
export interface Attendance {
  connect(connectionId: ConnectionId): void;
  /** @returns what the connection was present in. */
  disconnect(connectionId: ConnectionId): readonly Departure[];
  /**
   * Nothing changes for a connection that is present already, or not connected any more. A room in which nobody was
   * present begins with the state of `consultation`, as it was read for this connection.
   * @returns who is new in the room: nobody, only the connection, or the person as well.
   */
  join(
    connectionId: ConnectionId,
    consultation: ExistingConsultation,
    attendee: Attendee,
  ): 'nothing' | 'connection' | 'person';
  leave(connectionId: ConnectionId, consultationId: string): Departure | null;
  attendeeOf(connectionId: ConnectionId, consultationId: string): Attendee | undefined;
  /** How many consultations the connection is present in. */
  joinedBy(connectionId: ConnectionId): number;
  /** The consultations that the connection is present in. */
  joinedIn(connectionId: ConnectionId): Iterable<string>;
  /** The people present, each once. */
  present(consultationId: string): readonly Attendee[];
  /** Consultations in which somebody is present. */
  rooms(): IterableIterator<string>;
  roomCount(): number;
  /** The consultation's room, while somebody is present. */
  room(consultationId: string): Room | undefined;
  /** Doctors who have somebody present in a consultation of theirs. */
  waitedFor(): IterableIterator<string>;
  /** The consultations of a doctor in which somebody is present; undefined when there is none. */
  roomsOf(doctorId: string): ReadonlyMap<string, Room> | undefined;
  /**
   * Notes until when, as those present are being told, the consultation takes messages. Nothing happens in an empty
   * room.
   */
  setOpenUntil(consultation: ExistingConsultation): void;
}

/** A consultation in which somebody is present. */
export interface Room {
  /**
   * The consultation takes messages before this instant (`openUntil`), as those present have been told. It is kept here
   * so that a tick over all rooms reads nothing.
   */
  readonly openUntil: Instant;
}

interface OpenRoom extends Room {
  readonly doctorId: string;
  readonly attendees: Map<ConnectionId, Attendee>;
  openUntil: Instant;
}

/** Many connections are in no consultation: they share this set. */
const IN_NONE: ReadonlySet<string> = new Set();

export function createAttendance(): Attendance {
  const connections = new Map<ConnectionId, ReadonlySet<string>>();
  const rooms = new Map<string, OpenRoom>();
  const byDoctor = new Map<string, Map<string, Room>>();

  function openRoom(consultation: ExistingConsultation): OpenRoom {
    const { consultationId, doctorId } = consultation;
    let room = rooms.get(consultationId);
    if (room === undefined) {
      room = { doctorId, attendees: new Map(), openUntil: openUntil(consultation) };
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

  function depart(connectionId: ConnectionId, consultationId: string): Departure | null {
    const room = rooms.get(consultationId);
    const attendee = room?.attendees.get(connectionId);
    if (room === undefined || attendee === undefined) return null;
    room.attendees.delete(connectionId);
    closeRoomIfEmpty(consultationId, room);
    return { consultationId, ...attendee, isPersonGone: !isPresent(room, attendee) };
  }

  return {
    connect: (connectionId) => {
      connections.set(connectionId, IN_NONE);
    },
    disconnect: (connectionId) => {
      const joined = connections.get(connectionId) ?? [];
      connections.delete(connectionId);
      return [...joined].map((id) => depart(connectionId, id)).filter((departure) => departure !== null);
    },
    join: (connectionId, consultation, attendee) => {
      const { consultationId } = consultation;
      const joined = connections.get(connectionId);
      if (joined === undefined || joined.has(consultationId)) return 'nothing';
      connections.set(connectionId, new Set([...joined, consultationId]));
      const room = openRoom(consultation);
      const isPersonNew = !isPresent(room, attendee);
      room.attendees.set(connectionId, attendee);
      return isPersonNew ? 'person' : 'connection';
    },
    leave: (connectionId, consultationId) => {
      const joined = connections.get(connectionId);
      if (joined?.has(consultationId) === true) {
        connections.set(connectionId, new Set([...joined].filter((id) => id !== consultationId)));
      }
      return depart(connectionId, consultationId);
    },
    attendeeOf: (connectionId, consultationId) => rooms.get(consultationId)?.attendees.get(connectionId),
    joinedBy: (connectionId) => connections.get(connectionId)?.size ?? 0,
    joinedIn: (connectionId) => connections.get(connectionId) ?? IN_NONE,
    present: (consultationId) => {
      const people = new Map<string, Attendee>();
      for (const attendee of rooms.get(consultationId)?.attendees.values() ?? []) {
        people.set(personKey(attendee.sender, attendee.userId), attendee);
      }
      return [...people.values()];
    },
    rooms: () => rooms.keys(),
    roomCount: () => rooms.size,
    room: (consultationId) => rooms.get(consultationId),
    waitedFor: () => byDoctor.keys(),
    roomsOf: (doctorId) => byDoctor.get(doctorId),
    setOpenUntil: (consultation) => {
      const room = rooms.get(consultation.consultationId);
      if (room !== undefined) room.openUntil = openUntil(consultation);
    },
  };
}

function isPresent(room: OpenRoom, person: Attendee): boolean {
  for (const attendee of room.attendees.values()) {
    if (isSamePerson(attendee, person)) return true;
  }
  return false;
}
