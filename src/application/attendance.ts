import type { Sender } from '../domain/consultation/events.js';
import type { ConnectionId } from './ports/broadcaster.js';

/** As whom a connection is present in a consultation. */
export interface Attendee {
  readonly userId: string;
  readonly sender: Sender | null;
}

export interface Departure extends Attendee {
  readonly consultationId: string;
}

/** Who is connected, and present in which consultation. Lives in memory: it ends with the process, as connections do. */
export interface Attendance {
  connect(connectionId: ConnectionId): void;
  /** @returns what the connection was present in. */
  disconnect(connectionId: ConnectionId): readonly Departure[];
  isConnected(connectionId: ConnectionId): boolean;
  /** @returns false when the connection was present already; nothing changes then. */
  join(connectionId: ConnectionId, consultationId: string, doctorId: string, attendee: Attendee): boolean;
  leave(connectionId: ConnectionId, consultationId: string): Departure | null;
  /** Consultations that the connection is present in. */
  joinedBy(connectionId: ConnectionId): number;
  /** Doctors who have somebody present in a consultation of theirs. */
  waitedFor(): IterableIterator<string>;
  /** The consultations of a doctor in which somebody is present; undefined when there is none. */
  consultationsOf(doctorId: string): ReadonlySet<string> | undefined;
}

interface Room {
  readonly doctorId: string;
  readonly attendees: Map<ConnectionId, Attendee>;
}

export function createAttendance(): Attendance {
  const connections = new Map<ConnectionId, Set<string>>();
  const rooms = new Map<string, Room>();
  const byDoctor = new Map<string, Set<string>>();

  function openRoom(consultationId: string, doctorId: string): Room {
    let room = rooms.get(consultationId);
    if (room === undefined) {
      room = { doctorId, attendees: new Map() };
      rooms.set(consultationId, room);
      const consultations = byDoctor.get(doctorId) ?? new Set();
      byDoctor.set(doctorId, consultations.add(consultationId));
    }
    return room;
  }

  function closeRoomIfEmpty(consultationId: string, room: Room): void {
    if (room.attendees.size > 0) return;
    rooms.delete(consultationId);
    const consultations = byDoctor.get(room.doctorId);
    consultations?.delete(consultationId);
    if (consultations?.size === 0) byDoctor.delete(room.doctorId);
  }

  function depart(connectionId: ConnectionId, consultationId: string): Departure | null {
    const room = rooms.get(consultationId);
    const attendee = room?.attendees.get(connectionId);
    if (room === undefined || attendee === undefined) return null;
    room.attendees.delete(connectionId);
    closeRoomIfEmpty(consultationId, room);
    return { consultationId, ...attendee };
  }

  return {
    connect: (connectionId) => {
      connections.set(connectionId, new Set());
    },
    disconnect: (connectionId) => {
      const joined = connections.get(connectionId) ?? [];
      connections.delete(connectionId);
      return [...joined].map((id) => depart(connectionId, id)).filter((departure) => departure !== null);
    },
    isConnected: (connectionId) => connections.has(connectionId),
    join: (connectionId, consultationId, doctorId, attendee) => {
      const joined = connections.get(connectionId);
      if (joined === undefined || joined.has(consultationId)) return false;
      joined.add(consultationId);
      openRoom(consultationId, doctorId).attendees.set(connectionId, attendee);
      return true;
    },
    leave: (connectionId, consultationId) => {
      connections.get(connectionId)?.delete(consultationId);
      return depart(connectionId, consultationId);
    },
    joinedBy: (connectionId) => connections.get(connectionId)?.size ?? 0,
    waitedFor: () => byDoctor.keys(),
    consultationsOf: (doctorId) => byDoctor.get(doctorId),
  };
}
