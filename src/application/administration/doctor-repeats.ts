import type { DoctorCommand } from '../../domain/doctor/commands.js';
import {
  type DoctorDecision,
  type DoctorState,
  decide,
  evolve,
  initialDoctor,
} from '../../domain/doctor/doctor.js';
import type { DoctorEvent } from '../../domain/doctor/events.js';
import { invariant } from '../../domain/invariant.js';
import type { EventStore, RecordedEvent } from '../ports/event-store.js';
import { saysTheSame } from '../streams/command-once.js';

/** How many events are read at a time to find the doctor's state before one of them. */
const STREAM_PAGE = 200;

/**
 * Whether a command is the one that brought about `original`, the event that is stored under the command's
 * idempotency key.
 */
export type IsRepeatOfDoctorCommand = (command: DoctorCommand, original: RecordedEvent) => Promise<boolean>;

/**
 * A doctor's event depends on the state that the command met. The command is therefore decided again, on the state of
 * that time. It is the same command if it brings about the events that were stored then, and leaves nothing to do
 * after them.
 */
export function createIsRepeatOfDoctorCommand(
  eventStore: Pick<EventStore, 'readStream'>,
): IsRepeatOfDoctorCommand {
  /** One command may cause two events. The first of them has the idempotency key. */
  async function eventsWith(original: RecordedEvent): Promise<readonly DoctorEvent[]> {
    const [next] = await eventStore.readStream(original.streamId, original.version, 1);
    const recorded = next !== undefined && isOfOneCommand(original, next) ? [original, next] : [original];
    return recorded.map(({ event }) => event as DoctorEvent);
  }

  async function stateBefore({ streamId, version }: RecordedEvent): Promise<DoctorState> {
    let state = initialDoctor;
    for (let at = 0; at < version - 1; ) {
      const page = await eventStore.readStream(streamId, at, Math.min(STREAM_PAGE, version - 1 - at));
      invariant(page.length > 0, 'versions of a stream are dense');
      state = page.map(({ event }) => event as DoctorEvent).reduce(evolve, state);
      at += page.length;
    }
    return state;
  }

  return async (command, original) => {
    const before = await stateBefore(original);
    const happened = await eventsWith(original);
    const decided = eventsOf(decide(command, before));
    const left = eventsOf(decide(command, happened.reduce(evolve, before)));
    return decided.length > 0 && left.length === 0 && saysTheSame(decided, happened.slice(0, decided.length));
  };
}

/**
 * By the first event of a command, the second one that may follow it: windows after a time zone, a time zone after a
 * name.
 */
const SECOND_OF: ReadonlyMap<string, string> = new Map([
  ['DoctorTimeZoneChanged', 'WeeklyWindowsSet'],
  ['DoctorRenamed', 'DoctorTimeZoneChanged'],
]);

function isOfOneCommand(first: RecordedEvent, second: RecordedEvent): boolean {
  return (
    SECOND_OF.get(first.event.type) === second.event.type &&
    second.occurredAt === first.occurredAt &&
    saysTheSame(second.actor, first.actor)
  );
}

function eventsOf(decision: DoctorDecision): readonly DoctorEvent[] {
  return decision.outcome === 'accepted' ? decision.events : [];
}
