import type { ExistingConsultation } from '../../domain/consultation/consultation.js';
import type { ConsultationEvent } from '../../domain/consultation/events.js';
import type { DoctorState } from '../../domain/doctor/doctor.js';
import type { DoctorEvent } from '../../domain/doctor/events.js';
import type { PatientEvent, PatientState } from '../../domain/patient/patient.js';
import { partyOf } from '../lookup/access.js';
import type { ConsultationContexts } from '../lookup/consultation-context.js';
import { storedMessageOf } from '../lookup/stored-message.js';
import type { RecordedEvent, StreamCategory, StreamId } from '../ports/event-store.js';
import type { Logger } from '../ports/logger.js';
import type { PeerListener, PeerMessage } from '../ports/peers.js';
import type { StateReader } from '../ports/state-reader.js';
import type { CommandHandler } from '../streams/command-handler.js';
import type { ConsultationHandler, DoctorHandler, PatientHandler } from '../streams/stream-handlers.js';
import type { Attendance } from './attendance.js';
import { createBackground } from './background.js';
import type { CatchUpRoom } from './catch-up-room.js';
import type { PublishMessages } from './publish-messages.js';
import type { TellChanges } from './tell-changes.js';
import type { TellMarks } from './tell-marks.js';

/** Streams whose versions are asked for at a time. */
const STREAMS_PER_READ = 500;

/**
 * What other processes have stored becomes known here, and those who are present here hear of it. What they tell only
 * makes it fast: what is missed is found by comparing what memory and the rooms know with the versions in the store.
 */
export interface HearPeers extends PeerListener {
  /** Compares with the store. Those present have heard of everything that was stored when it began. */
  catchUp(): Promise<void>;
  /** Resolves when everything that was begun is done. */
  settled(): Promise<void>;
}

export interface HearPeersDependencies {
  readonly consultations: ConsultationHandler;
  readonly doctors: DoctorHandler;
  readonly patients: PatientHandler;
  readonly stateReader: Pick<StateReader, 'versions'>;
  readonly contexts: ConsultationContexts;
  readonly attendance: Attendance;
  readonly publisher: PublishMessages;
  readonly tell: TellChanges;
  readonly marks: TellMarks;
  readonly catchUpRoom: CatchUpRoom;
  readonly logger: Logger;
}

export function createHearPeers(dependencies: HearPeersDependencies): HearPeers {
  const { consultations, doctors, patients, stateReader, attendance, tell, catchUpRoom, logger } =
    dependencies;
  const tellRoom = createTellRoom(dependencies);
  const background = createBackground();

  function goOnBehind(work: Promise<void>, details: Readonly<Record<string, string>> = {}): void {
    background.goOn(work, (error) => logger.error('peers.failed', error, details));
  }

  function hear(recorded: RecordedEvent): void {
    const [category, id] = partsOf(recorded.streamId);
    switch (category) {
      case 'consultation':
        consultations.learn(id, recorded as RecordedEvent<ConsultationEvent>);
        if (attendance.room(id) !== undefined) goOnBehind(tellRoom(id, recorded), { consultationId: id });
        return;
      case 'doctor':
        doctors.learn(id, recorded as RecordedEvent<DoctorEvent>);
        if (recorded.event.type === 'DoctorRenamed') tell.doctorRenamed(id);
        else tell.scheduleChanged(id);
        return;
      case 'patient':
        patients.learn(id, recorded as RecordedEvent<PatientEvent>);
        if (recorded.event.type === 'PatientRenamed') tell.patientRenamed(id);
    }
  }

  /** What memory holds is forgotten where it is behind the store. @returns what that was, by the ids. */
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

  async function catchUpRooms(ids: readonly string[]): Promise<void> {
    await forgetBehind('consultation', consultations, ids);
    const patientIds = new Set<string>();
    for (const id of ids) {
      const state = await consultations.current(id);
      if (state.status === 'not_opened') continue;
      patientIds.add(state.patientId);
      await catchUpRoom(state);
    }
    for (const [id, before] of await forgetBehind('patient', patients, [...patientIds])) {
      if (isRenamed(before, await patients.current(id))) tell.patientRenamed(id);
    }
  }

  async function catchUp(): Promise<void> {
    // Memory may have learned by itself what nobody was told: each is compared with what its rooms have heard.
    for (const ids of chunksOf([...attendance.waitedFor()])) {
      for (const [id, before] of await forgetBehind('doctor', doctors, ids)) {
        if (isRenamed(before, await doctors.current(id))) tell.doctorRenamed(id);
      }
      for (const id of ids) tell.scheduleChanged(id);
    }
    for (const ids of chunksOf([...attendance.rooms()])) await catchUpRooms(ids);
  }

  const missed = (): void => goOnBehind(catchUp());

  return {
    heard: ({ news }: PeerMessage) => {
      if (news.type === 'stored') for (const recorded of news.events) hear(recorded);
      else if (news.type === 'moved') missed();
    },
    interrupted: missed,
    catchUp,
    settled: background.settled,
  };
}

/** What another process has stored in a consultation, told to those who are present in it here. */
function createTellRoom(dependencies: HearPeersDependencies) {
  const { consultations, contexts, publisher, tell, marks } = dependencies;

  async function tellOf(consultation: ExistingConsultation, recorded: RecordedEvent): Promise<void> {
    const { event, occurredAt: at } = recorded;
    const context = await contexts.complete(consultation);
    if (event.type === 'MessageSent') publisher.publish(storedMessageOf(recorded), context.parties);
    else if (event.type === 'MessagesRead') {
      const { consultationId, reader, seq } = event.data;
      const userId = partyOf(context.parties, reader).id;
      marks.tell({ type: 'messages_read', consultationId, reader, userId, seq, at });
    } else if (tell.isBehind(consultation)) tell.consultationChanged(context);
  }

  return async (consultationId: string, recorded: RecordedEvent): Promise<void> => {
    const state = consultations.cachedState(consultationId) ?? (await consultations.current(consultationId));
    if (state.status !== 'not_opened') await tellOf(state, recorded);
  };
}

/** One who has just been registered has no name that anybody was told. */
function isRenamed(before: DoctorState | PatientState, now: DoctorState | PatientState): boolean {
  return before.status === 'registered' && now.status === 'registered' && before.name !== now.name;
}

function partsOf(streamId: StreamId): readonly [category: string, id: string] {
  const at = streamId.indexOf(':');
  return [streamId.slice(0, at), streamId.slice(at + 1)];
}

function* chunksOf(ids: readonly string[]): Iterable<readonly string[]> {
  for (let start = 0; start < ids.length; start += STREAMS_PER_READ)
    yield ids.slice(start, start + STREAMS_PER_READ);
}
