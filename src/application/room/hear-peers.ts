import type { ExistingConsultation } from '../../domain/consultation/consultation.js';
import type { ConsultationEvent } from '../../domain/consultation/events.js';
import type { DoctorEvent } from '../../domain/doctor/events.js';
import type { PatientEvent } from '../../domain/patient/patient.js';
import { partyOf } from '../lookup/access.js';
import type { ConsultationContexts } from '../lookup/consultation-context.js';
import { storedMessageOf } from '../lookup/stored-message.js';
import type { RecordedEvent, StreamId } from '../ports/event-store.js';
import type { Logger } from '../ports/logger.js';
import type { PeerListener } from '../ports/peers.js';
import type { StateReader } from '../ports/state-reader.js';
import type { CommandHandler } from '../streams/command-handler.js';
import type { ConsultationHandler, DoctorHandler, PatientHandler } from '../streams/stream-handlers.js';
import type { Attendance } from './attendance.js';
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
  const underWay = new Set<Promise<void>>();

  function goOnBehind(work: Promise<void>, details: Readonly<Record<string, string>> = {}): void {
    const done = work
      .catch((error: unknown) => logger.error('peers.failed', error, details))
      .finally(() => underWay.delete(done));
    underWay.add(done);
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
        tell.doctor(id);
        return;
      case 'patient':
        patients.learn(id, recorded as RecordedEvent<PatientEvent>);
    }
  }

  /** What memory holds is forgotten where it is behind the store. */
  async function forgetBehind(
    category: 'consultation' | 'doctor',
    handler: Pick<CommandHandler<object, never>, 'cached' | 'forget'>,
    ids: readonly string[],
  ): Promise<void> {
    const versions = await stateReader.versions(ids.map((id): StreamId => `${category}:${id}`));
    for (const [index, id] of ids.entries()) {
      const known = handler.cached(id);
      if (known !== undefined && known.storedVersion < (versions[index] ?? 0)) handler.forget(id);
    }
  }

  async function catchUpRoomOf(consultationId: string): Promise<void> {
    const state = await consultations.current(consultationId);
    if (state.status !== 'not_opened') await catchUpRoom(state);
  }

  async function catchUp(): Promise<void> {
    // Memory may have learned by itself what nobody was told: each is compared with what its rooms have heard.
    for (const ids of chunksOf([...attendance.waitedFor()])) {
      await forgetBehind('doctor', doctors, ids);
      for (const id of ids) tell.doctor(id);
    }
    for (const ids of chunksOf([...attendance.rooms()])) {
      await forgetBehind('consultation', consultations, ids);
      for (const id of ids) await catchUpRoomOf(id);
    }
  }

  return {
    stored: (events) => {
      for (const recorded of events) hear(recorded);
    },
    missed: () => goOnBehind(catchUp()),
    catchUp,
    settled: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
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
    } else if (tell.isBehind(consultation)) tell.consultation(context);
  }

  return async (consultationId: string, recorded: RecordedEvent): Promise<void> => {
    const state = consultations.cachedState(consultationId) ?? (await consultations.current(consultationId));
    if (state.status !== 'not_opened') await tellOf(state, recorded);
  };
}

function partsOf(streamId: StreamId): readonly [category: string, id: string] {
  const at = streamId.indexOf(':');
  return [streamId.slice(0, at), streamId.slice(at + 1)];
}

function* chunksOf(ids: readonly string[]): Iterable<readonly string[]> {
  for (let start = 0; start < ids.length; start += STREAMS_PER_READ)
    yield ids.slice(start, start + STREAMS_PER_READ);
}
