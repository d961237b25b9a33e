import type { ConsultationState } from '../../domain/consultation/consultation.js';
import type { StreamCategory, StreamId } from '../ports/event-store.js';
import type { Logger } from '../ports/logger.js';
import type { StateReader } from '../ports/state-reader.js';
import type { CommandHandler } from '../streams/command-handler.js';
import type { ConsultationHandler, DoctorHandler, PatientHandler } from '../streams/stream-handlers.js';
import type { Attendance } from './attendance.js';
import type { CatchUpRoom } from './catch-up-room.js';
import { chunksOf } from './chunks.js';
import type { LostCommits } from './lost-commits.js';
import type { TellChanges } from './tell-changes.js';

/** How many streams one read gets the versions of. */
const STREAMS_PER_READ = 500;
/** How many rooms catch up at the same time. What has to be read for them is read together. */
const ROOMS_AT_ONCE = 50;
/** When so many rooms could not catch up, the store counts as failed, and the others are not tried. */
const MAX_FAILED_ROOMS = 50;

/**
 * Compares what memory and the rooms know with the store. When it is done, those present have heard everything that was
 * stored when it began, and memory holds nothing older. If one room fails, the others catch up all the same.
 *
 * @returns whether it has succeeded for all rooms. @throws if the store does not answer at all.
 */
export type CatchUp = () => Promise<boolean>;

export interface CatchUpDependencies {
  readonly consultations: ConsultationHandler;
  readonly doctors: DoctorHandler;
  readonly patients: PatientHandler;
  readonly stateReader: Pick<StateReader, 'versions'>;
  readonly attendance: Attendance;
  readonly tell: TellChanges;
  readonly catchUpRoom: CatchUpRoom;
  readonly lostCommits: LostCommits;
  readonly logger: Logger;
}

export function createCatchUp(dependencies: CatchUpDependencies): CatchUp {
  const {
    consultations,
    doctors,
    patients,
    stateReader,
    attendance,
    tell,
    catchUpRoom,
    lostCommits,
    logger,
  } = dependencies;

  /** Makes memory forget the states that are behind the store, and the reads under way of those it does not hold. */
  async function forgetBehind<State extends object>(
    category: StreamCategory,
    handler: Pick<CommandHandler<State, never>, 'cached' | 'forget'>,
    ids: readonly string[],
  ): Promise<void> {
    const streamIds = ids.map((id): StreamId => `${category}:${id}`);
    // These versions are taken before the store is asked. It had confirmed them by then, so it must still have them.
    const known = ids.map((id) => handler.cached(id)?.storedVersion ?? 0);
    const versions = await stateReader.versions(streamIds);
    for (const [index, streamId] of streamIds.entries()) {
      const id = ids[index] ?? '';
      const version = Number(versions[index]);
      const isLost = version < Math.max(known[index] ?? 0, lostCommits.versionBefore(streamId));
      if (isLost) lostCommits.found(streamId);
      if (isLost || (handler.cached(id)?.storedVersion ?? -1) < version) handler.forget(id);
    }
  }

  async function catchUpDoctors(ids: readonly string[]): Promise<void> {
    await forgetBehind('doctor', doctors, ids);
    // Memory may have learned of a schedule that nobody was told about.
    for (const id of ids) tell.scheduleChanged(id);
  }

  /** Does something for each room. @returns for how many it has failed. Only the first failure is logged. */
  async function forEachRoom(ids: readonly string[], act: (id: string) => Promise<void>): Promise<number> {
    let failed = 0;
    const failedFor = (id: string, error: unknown): void => {
      failed += 1;
      if (failed === 1) logger.error('peers.failed', error, { consultationId: id });
      if (failed === MAX_FAILED_ROOMS) throw error;
    };
    for (const some of chunksOf(ids, ROOMS_AT_ONCE)) {
      await Promise.all(some.map((id) => act(id).catch((error: unknown) => failedFor(id, error))));
    }
    return failed;
  }

  async function catchUpRooms(ids: readonly string[], patientsHere: Set<string>): Promise<number> {
    await forgetBehind('consultation', consultations, ids);
    const states = new Map<string, ConsultationState>();
    const unread = await forEachRoom(ids, async (id) => void states.set(id, await consultations.current(id)));
    const patientIds = new Set<string>();
    for (const state of states.values()) if (state.status !== 'not_opened') patientIds.add(state.patientId);
    for (const id of patientIds) patientsHere.add(id);
    await forgetBehind('patient', patients, [...patientIds]);
    const untold = await forEachRoom([...states.keys()], async (id) => {
      const state = consultations.cachedState(id) ?? states.get(id);
      if (state !== undefined && state.status !== 'not_opened') await catchUpRoom(state);
    });
    return unread + untold;
  }

  return async () => {
    // Where nobody is present, forgetting is cheaper than comparing: whoever needs the state next reads it.
    consultations.forgetUnless((id) => attendance.room(id) !== undefined);
    doctors.forgetUnless((id) => attendance.roomsOf(id) !== undefined);
    for (const ids of chunksOf([...attendance.waitedFor()], STREAMS_PER_READ)) await catchUpDoctors(ids);
    const patientsHere = new Set<string>();
    let failed = 0;
    for (const ids of chunksOf([...attendance.rooms()], STREAMS_PER_READ))
      failed += await catchUpRooms(ids, patientsHere);
    patients.forgetUnless((id) => patientsHere.has(id));
    await lostCommits.settle();
    return failed === 0;
  };
}
