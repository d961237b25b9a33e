import type { Attendee } from '../lookup/attendee.js';
import { personKey } from '../lookup/person.js';
import type { PresentPerson, ProcessId } from '../ports/peers.js';

/** Who is present at other processes, by what those have told. It holds people only of processes that are alive. */
export interface PeopleElsewhere {
  /** @returns whether the person was present at no other process before. */
  add(processId: ProcessId, person: PresentPerson): boolean;
  /** @returns whether the person was present there. */
  remove(processId: ProcessId, person: PresentPerson): boolean;
  /** Whether the person is present at a process other than this one: at any, or at the given one. */
  has(person: PresentPerson, processId?: ProcessId): boolean;
  /** The people present at other processes, each once. */
  present(consultationId: string): Iterable<Attendee>;
  /** Everybody who is present at that process; a copy. */
  at(processId: ProcessId): readonly PresentPerson[];
}

/** A person with the processes at which they are present: nearly always one. */
interface Elsewhere {
  readonly person: PresentPerson;
  readonly processes: ProcessId[];
}

export function createPeopleElsewhere(): PeopleElsewhere {
  const rooms = new Map<string, Map<string, Elsewhere>>();
  const byProcess = new Map<ProcessId, Set<Elsewhere>>();

  function find({ consultationId, userId, sender }: PresentPerson): Elsewhere | undefined {
    return rooms.get(consultationId)?.get(personKey(sender, userId));
  }

  function enter({ consultationId, userId, sender }: PresentPerson): Elsewhere {
    const room = rooms.get(consultationId) ?? new Map<string, Elsewhere>();
    const elsewhere: Elsewhere = { person: { consultationId, userId, sender }, processes: [] };
    rooms.set(consultationId, room.set(personKey(sender, userId), elsewhere));
    return elsewhere;
  }

  function leave({ consultationId, userId, sender }: PresentPerson): void {
    const room = rooms.get(consultationId);
    room?.delete(personKey(sender, userId));
    if (room?.size === 0) rooms.delete(consultationId);
  }

  return {
    add: (processId, person) => {
      const known = find(person);
      const elsewhere = known ?? enter(person);
      if (!elsewhere.processes.includes(processId)) elsewhere.processes.push(processId);
      byProcess.set(processId, (byProcess.get(processId) ?? new Set()).add(elsewhere));
      return known === undefined;
    },
    remove: (processId, person) => {
      const elsewhere = find(person);
      const index = elsewhere?.processes.indexOf(processId) ?? -1;
      if (elsewhere === undefined || index === -1) return false;
      elsewhere.processes.splice(index, 1);
      const people = byProcess.get(processId);
      people?.delete(elsewhere);
      if (people?.size === 0) byProcess.delete(processId);
      if (elsewhere.processes.length === 0) leave(person);
      return true;
    },
    has: (person, processId) => {
      const elsewhere = find(person);
      return elsewhere !== undefined && (processId === undefined || elsewhere.processes.includes(processId));
    },
    *present(consultationId) {
      for (const { person } of rooms.get(consultationId)?.values() ?? []) {
        yield { userId: person.userId, sender: person.sender };
      }
    },
    at: (processId) => [...(byProcess.get(processId) ?? [])].map(({ person }) => person),
  };
}
