import type {
  AppendOutcome,
  AppendRequest,
  DomainEvent,
  RecordedEvent,
  StreamId,
  StreamVersion,
} from '../../application/ports/event-store.js';
import type { StoredMessage } from '../../application/ports/message-history.js';
import type { Versioned } from '../../application/ports/state-reader.js';
import * as consultation from '../../domain/consultation/consultation.js';
import type { MessageSent } from '../../domain/consultation/events.js';
import * as doctor from '../../domain/doctor/doctor.js';
import { invariant } from '../../domain/invariant.js';
import * as patient from '../../domain/patient/patient.js';

/**
 * An event log in memory, with the states that are folded from its events as they come. The adapters in this folder
 * share one log, as those of a database share the database. Everything that it returns is frozen.
 */
export interface MemoryLog {
  /** Returns the outcome at once. `createMemoryEventStore` makes a port of it. */
  append<Event extends DomainEvent>(request: AppendRequest<Event>): AppendOutcome<Event>;
  /** Events of all streams in the order in which they were appended. */
  all(): readonly RecordedEvent[];
  /** Events of one stream; none for a stream that does not exist. */
  stream(streamId: StreamId): readonly RecordedEvent[];
  /** The event that was stored under the key, or null. */
  original(streamId: StreamId, idempotencyKey: string): RecordedEvent | null;
  consultation(consultationId: string): Versioned<consultation.ConsultationState>;
  doctor(doctorId: string): Versioned<doctor.DoctorState>;
  patient(patientId: string): Versioned<patient.PatientState>;
  consultations(): Iterable<Versioned<consultation.ConsultationState>>;
  doctors(): Iterable<Versioned<doctor.DoctorState>>;
  patients(): Iterable<Versioned<patient.PatientState>>;
  /** Messages of one consultation. The one with `seq` n is at index n - 1. */
  messages(consultationId: string): readonly StoredMessage[];
}

interface Stream {
  readonly events: RecordedEvent[];
  readonly originals: Map<string, RecordedEvent>;
}

export function createMemoryLog(): MemoryLog {
  const all: RecordedEvent[] = [];
  const streams = new Map<StreamId, Stream>();
  const brokenChains = new WeakSet<object>();
  const { project, consultations, doctors, patients, messages } = createProjections();

  function isAt({ streamId, version }: StreamVersion): boolean {
    return (streams.get(streamId)?.events.length ?? 0) === version;
  }

  function refusalOf(request: AppendRequest): { outcome: 'conflict' | 'outdated' } | null {
    const { streamId, expectedVersion, decisionChain, reliesOn } = request;
    if (decisionChain !== undefined && brokenChains.has(decisionChain)) return { outcome: 'conflict' };
    if (reliesOn !== undefined && !isAt(reliesOn)) return { outcome: 'outdated' };
    return isAt({ streamId, version: expectedVersion }) ? null : { outcome: 'conflict' };
  }

  function append<Event extends DomainEvent>(request: AppendRequest<Event>): AppendOutcome<Event> {
    const { streamId, expectedVersion, idempotencyKey } = request;
    const stream: Stream = streams.get(streamId) ?? { events: [], originals: new Map() };
    const original = idempotencyKey === undefined ? undefined : stream.originals.get(idempotencyKey);
    if (original !== undefined) return { outcome: 'duplicate', original };
    const refused = refusalOf(request);
    if (refused !== null) return refused;

    const recorded = request.events.map((event, index) =>
      copyOf<RecordedEvent<Event>>({
        streamId,
        version: expectedVersion + index + 1,
        event,
        actor: request.actor,
        occurredAt: request.occurredAt,
      }),
    );
    for (const each of recorded) {
      project(each);
      stream.events.push(each);
      all.push(each);
    }
    const [first] = recorded;
    invariant(first !== undefined, 'an append has at least one event');
    if (idempotencyKey !== undefined) stream.originals.set(idempotencyKey, first);
    streams.set(streamId, stream);
    return { outcome: 'appended', events: recorded };
  }

  return {
    append: (request) => {
      const outcome = append(request);
      if (outcome.outcome !== 'appended' && request.decisionChain !== undefined)
        brokenChains.add(request.decisionChain);
      return outcome;
    },
    all: () => all,
    stream: (streamId) => streams.get(streamId)?.events ?? [],
    original: (streamId, key) => streams.get(streamId)?.originals.get(key) ?? null,
    consultation: consultations.of,
    doctor: doctors.of,
    patient: patients.of,
    consultations: consultations.every,
    doctors: doctors.every,
    patients: patients.every,
    messages: (consultationId) => messages.get(consultationId) ?? [],
  };
}

/** The states and messages that are derived from the log. Each `project` moves them on by one event. */
function createProjections() {
  const consultations = createFold(consultation.initialConsultation, consultation.evolve);
  const doctors = createFold(doctor.initialDoctor, doctor.evolve);
  const patients = createFold(patient.initialPatient, patient.evolve);
  const messages = new Map<string, StoredMessage[]>();

  function project(recorded: RecordedEvent): void {
    const { event, version } = recorded;
    const id = recorded.streamId.slice(recorded.streamId.indexOf(':') + 1);
    switch (event.type) {
      case 'ConsultationOpened':
      case 'ConsultationExtended':
      case 'ConsultationEnded':
      case 'ConsultationExpired':
      case 'ConsultationReopened':
      case 'MessagesRead':
        consultations.add(id, event, version);
        break;
      case 'MessageSent':
        addMessage(id, event, recorded.occurredAt);
        consultations.add(id, event, version);
        break;
      case 'DoctorRegistered':
      case 'DoctorRenamed':
      case 'DoctorTimeZoneChanged':
      case 'WeeklyWindowsSet':
      case 'DateOverrideSet':
      case 'DateOverrideRemoved':
        doctors.add(id, event, version);
        break;
      case 'PatientRegistered':
      case 'PatientRenamed':
        patients.add(id, event, version);
        break;
    }
  }

  function addMessage(id: string, event: MessageSent, sentAt: number): void {
    const known = messages.get(id) ?? [];
    // The fields are named one by one, like the columns of a table, because an event may come to hold more than a
    // message shows.
    const { messageId, consultationId, seq, sender, content, clientMessageId } = event.data;
    invariant(seq === known.length + 1, 'the seq of messages is dense from 1');
    known.push(Object.freeze({ messageId, consultationId, seq, sender, content, clientMessageId, sentAt }));
    messages.set(id, known);
  }

  return { project, consultations, doctors, patients, messages };
}

interface Fold<State, Event> {
  add(id: string, event: Event, version: number): void;
  of(id: string): Versioned<State>;
  every(): Iterable<Versioned<State>>;
}

/** The states of all streams of a category. Each `add` moves one of them on by one event. */
function createFold<State, Event>(
  initial: State,
  evolve: (state: State, event: Event) => State,
): Fold<State, Event> {
  const states = new Map<string, Versioned<State>>();
  const notThere: Versioned<State> = { state: initial, version: 0 };
  return {
    add: (id, event, version) => {
      const before = states.get(id) ?? notThere;
      states.set(id, Object.freeze({ state: Object.freeze(evolve(before.state, event)), version }));
    },
    of: (id) => states.get(id) ?? notThere,
    every: () => states.values(),
  };
}

/** A frozen copy, so that the log does not change with the caller's objects. */
function copyOf<Value>(value: Value): Value {
  return freeze(structuredClone(value));
}

function freeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) freeze(inner);
    Object.freeze(value);
  }
  return value;
}
