import type { DoctorState } from '../../domain/doctor/doctor.js';
import type { PatientState } from '../../domain/patient/patient.js';
import type { StreamCategory, StreamId } from '../ports/event-store.js';
import type { StateReader } from '../ports/state-reader.js';
import type { CommandHandler } from '../streams/command-handler.js';
import type { ConsultationHandler, DoctorHandler, PatientHandler } from '../streams/stream-handlers.js';
import type { Attendance } from './attendance.js';
import type { CatchUpRoom } from './catch-up-room.js';
import type { TellChanges } from './tell-changes.js';

/** How many streams one read asks the versions of. */
const STREAMS_PER_READ = 500;

/**
 * Compares what memory and the rooms know with the store. When it is done, those present have heard everything that was
 * stored when it began, and memory holds nothing older.
 */
export type CatchUp = () => Promise<void>;

export interface CatchUpDependencies {
  readonly consultations: ConsultationHandler;
  readonly doctors: DoctorHandler;
  readonly patients: PatientHandler;
  readonly stateReader: Pick<StateReader, 'versions'>;
  readonly attendance: Attendance;
  readonly tell: TellChanges;
  readonly catchUpRoom: CatchUpRoom;
}

export function createCatchUp(dependencies: CatchUpDependencies): CatchUp {
  const { consultations, doctors, patients, stateReader, attendance, tell, catchUpRoom } = dependencies;

  /** Makes memory forget the states that are behind the store. @returns the forgotten states, by id. */
  async function forgetBehind<State extends object>(
    category: StreamCategory,
    handler: Pick<CommandHandler<State, never>, 'cached' | 'forget'>,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, State>> {
    const versions = await stateReader.versions(ids.map((id): StreamId => `${category}:${id}`));
    const forgotten = new Map<string, State>();
    for (const [index, id] of ids.entries()) {
      const known = handler.cached(id);
      if (known === undefined || known.storedVersion >= (versions[index] ?? 0)) continue;
      handler.forget(id);
      forgotten.set(id, known.stored);
    }
    return forgotten;
  }

  async function catchUpDoctors(ids: readonly string[]): Promise<void> {
    for (const [id, before] of await forgetBehind('doctor', doctors, ids)) {
      if (isRenamed(before, await doctors.current(id))) tell.doctorRenamed(id);
    }
    // Memory may have learned of a schedule that nobody was told about.
    for (const id of ids) tell.scheduleChanged(id);
  }

  async function catchUpRooms(ids: readonly string[], patientsHere: Set<string>): Promise<void> {
    await forgetBehind('consultation', consultations, ids);
    const patientIds = new Set<string>();
    for (const id of ids) {
      const state = await consultations.current(id);
      if (state.status === 'not_opened') continue;
      patientIds.add(state.patientId);
      patientsHere.add(state.patientId);
      await catchUpRoom(state);
    }
    for (const [id, before] of await forgetBehind('patient', patients, [...patientIds])) {
      if (isRenamed(before, await patients.current(id))) tell.patientRenamed(id);
    }
  }

  return async () => {
    // Where nobody is present, forgetting is cheaper than comparing: whoever needs the state next reads it.
    consultations.forgetUnless((id) => attendance.room(id) !== undefined);
    doctors.forgetUnless((id) => attendance.roomsOf(id) !== undefined);
    for (const ids of chunksOf([...attendance.waitedFor()])) await catchUpDoctors(ids);
    const patientsHere = new Set<string>();
    for (const ids of chunksOf([...attendance.rooms()])) await catchUpRooms(ids, patientsHere);
    patients.forgetUnless((id) => patientsHere.has(id));
  };
}

/** False for somebody who has just been registered, because nobody was told another name. */
export function isRenamed(before: DoctorState | PatientState, now: DoctorState | PatientState): boolean {
  return before.status === 'registered' && now.status === 'registered' && before.name !== now.name;
}

function* chunksOf(ids: readonly string[]): Iterable<readonly string[]> {
  for (let start = 0; start < ids.length; start += STREAMS_PER_READ)
    yield ids.slice(start, start + STREAMS_PER_READ);
}
