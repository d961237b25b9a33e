import type { ExistingConsultation } from '../../domain/consultation/consultation.js';
import type { Attendee } from '../lookup/attendee.js';
import type { PeerSender } from '../peers/peer-sender.js';
import type { PeopleElsewhere } from '../peers/people-elsewhere.js';
import type { ConnectionId } from '../ports/broadcaster.js';
import type { PresentPerson } from '../ports/peers.js';
import { createRooms, isIn, peopleOf, type Room } from './rooms.js';

export interface Departure extends Attendee {
  readonly consultationId: string;
  /** Whether the person has left, too. Several connections of one person count as one, also at other processes. */
  readonly isPersonGone: boolean;
}

/**
 * Who is connected here, and present in which consultation. It is in memory and ends with the process, as connections
 * do. Its people include those who are present at other processes; its connections and rooms are only those of this
 * process.
 */
export interface Attendance {
  connect(connectionId: ConnectionId): void;
  /** @returns where the connection was present. */
  disconnect(connectionId: ConnectionId): readonly Departure[];
  /**
   * Makes a connection present in a consultation. Nothing changes if it is present already, or not connected any
   * more. A room in which nobody was present begins with the state of `consultation`, as it was read for this
   * connection.
   *
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
  /** The people present, here or at another process, each once. */
  present(consultationId: string): readonly Attendee[];
  /** Whether the person is present on a connection of this process. */
  isHere(person: PresentPerson): boolean;
  /** Whether the person is present, here or at another process. */
  isPresent(person: PresentPerson): boolean;
  /** Everybody who is present here, once for each consultation. */
  everyone(): Iterable<PresentPerson>;
  /** The consultations in which somebody is present on a connection of this process. */
  rooms(): IterableIterator<string>;
  roomCount(): number;
  /** The room of the consultation, as long as somebody is present. */
  room(consultationId: string): Room | undefined;
  /** The doctors in whose consultations somebody is present. */
  waitedFor(): IterableIterator<string>;
  /** The consultations of a doctor in which somebody is present; undefined if there are none. */
  roomsOf(doctorId: string): ReadonlyMap<string, Room> | undefined;
  /** Notes that those present are being told of this state of the consultation. Nothing happens in an empty room. */
  setTold(consultation: ExistingConsultation): void;
}

/** Shared by the many connections that are in no consultation. */
const IN_NONE: ReadonlySet<string> = new Set();

export interface AttendanceDependencies {
  readonly elsewhere: Pick<PeopleElsewhere, 'has' | 'present'>;
  /** Told when a person's first connection here has joined, and when the last one has left. */
  readonly peerSender: Pick<PeerSender, 'moved'>;
  /** Told of each consultation in which this happens. Nobody is told when left out. */
  readonly presenceChanged?: (consultationId: string) => void;
}

export function createAttendance(dependencies: AttendanceDependencies): Attendance {
  const { elsewhere, peerSender, presenceChanged } = dependencies;
  const connections = new Map<ConnectionId, ReadonlySet<string>>();
  const { rooms, byDoctor, openRoom, closeRoomIfEmpty } = createRooms();

  function moved(type: 'arrived' | 'left', person: PresentPerson): void {
    peerSender.moved(type, person);
    presenceChanged?.(person.consultationId);
  }

  function depart(connectionId: ConnectionId, consultationId: string): Departure | null {
    const room = rooms.get(consultationId);
    const attendee = room?.attendees.get(connectionId);
    if (room === undefined || attendee === undefined) return null;
    room.attendees.delete(connectionId);
    closeRoomIfEmpty(consultationId, room);
    const person = { consultationId, ...attendee };
    const isHere = isIn(room, attendee);
    if (!isHere) moved('left', person);
    return { ...person, isPersonGone: !isHere && !elsewhere.has(person) };
  }

  function isHere(person: PresentPerson): boolean {
    const room = rooms.get(person.consultationId);
    return room !== undefined && isIn(room, person);
  }

  function* everyone(): Iterable<PresentPerson> {
    for (const [consultationId, room] of rooms) {
      for (const { userId, sender } of peopleOf(room.attendees.values()))
        yield { consultationId, userId, sender };
    }
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
      const wasHere = isIn(room, attendee);
      room.attendees.set(connectionId, attendee);
      if (wasHere) return 'connection';
      const person = { consultationId, ...attendee };
      moved('arrived', person);
      return elsewhere.has(person) ? 'connection' : 'person';
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
      const here = rooms.get(consultationId)?.attendees.values() ?? [];
      return [...peopleOf(here, elsewhere.present(consultationId))];
    },
    isHere,
    isPresent: (person) => isHere(person) || elsewhere.has(person),
    everyone,
    rooms: () => rooms.keys(),
    roomCount: () => rooms.size,
    room: (consultationId) => rooms.get(consultationId),
    waitedFor: () => byDoctor.keys(),
    roomsOf: (doctorId) => byDoctor.get(doctorId),
    setTold: (consultation) => {
      const room = rooms.get(consultation.consultationId);
      if (room !== undefined) room.told = consultation;
    },
  };
}
