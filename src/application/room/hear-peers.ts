import type { ExistingConsultation } from '../../domain/consultation/consultation.js';
import type { ConsultationEvent } from '../../domain/consultation/events.js';
import type { DoctorEvent } from '../../domain/doctor/events.js';
import type { PatientEvent } from '../../domain/patient/patient.js';
import { partyOf } from '../lookup/access.js';
import type { ConsultationContexts } from '../lookup/consultation-context.js';
import { storedMessageOf } from '../lookup/stored-message.js';
import type { FactsListener } from '../peers/peer-link.js';
import type { RecordedEvent, StreamId, StreamVersion } from '../ports/event-store.js';
import type { Logger } from '../ports/logger.js';
import type { Metrics } from '../ports/metrics.js';
import { createBackground } from './background.js';
import { type CatchUp, type CatchUpDependencies, createCatchUp, isRenamed } from './catch-up.js';
import type { InboxNews } from './inbox-news.js';
import type { PublishMessages } from './publish-messages.js';
import type { TellMarks } from './tell-marks.js';

/**
 * What other processes have stored becomes known here, and those who are present here hear of it. What they tell only
 * makes it fast: what is missed is found by comparing what memory and the rooms know with the versions in the store.
 */
export interface HearPeers extends FactsListener {
  readonly catchUp: CatchUp;
  /** Resolves when everything that was begun is done. */
  settled(): Promise<void>;
}

export interface HearPeersDependencies extends CatchUpDependencies {
  readonly contexts: ConsultationContexts;
  readonly publisher: PublishMessages;
  readonly marks: TellMarks;
  readonly news: InboxNews;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export function createHearPeers(dependencies: HearPeersDependencies): HearPeers {
  const { consultations, doctors, patients, attendance, tell, news, logger, metrics } = dependencies;
  const catchUp = createCatchUp(dependencies);
  const tellRoom = createTellRoom(dependencies);
  const tellMoved = createTellMoved(dependencies);
  const background = createBackground();
  let isCatchingUp = false;
  let isMissedAgain = false;

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

  /** One catch-up runs at a time. If something is missed while it runs, another one follows. */
  async function catchUpWithAll(): Promise<void> {
    do {
      isMissedAgain = false;
      metrics.count('peer_catch_ups_total');
      await catchUp().catch((error: unknown) => logger.error('peers.failed', error));
    } while (isMissedAgain);
    isCatchingUp = false;
  }

  return {
    stored: (events) => {
      for (const recorded of events) hear(recorded);
      news.stored(events);
    },
    moved: (streams) => {
      for (const stream of streams) {
        const telling = tellMoved(stream);
        if (telling !== undefined) goOnBehind(telling);
      }
      news.moved(streams);
    },
    missed: () => {
      news.missed();
      isMissedAgain = true;
      if (isCatchingUp) return;
      isCatchingUp = true;
      goOnBehind(catchUpWithAll());
    },
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

/**
 * A stream has moved on by events that were not told. Memory gives up what it holds of the stream, and those present here
 * hear what they have missed. undefined where there is nobody to tell.
 */
function createTellMoved(dependencies: HearPeersDependencies) {
  const { consultations, doctors, patients, attendance, tell, catchUpRoom } = dependencies;

  async function consultationMoved(id: string): Promise<void> {
    const state = await consultations.current(id);
    if (state.status !== 'not_opened') await catchUpRoom(state);
  }

  async function doctorMoved(id: string, before: ReturnType<typeof doctors.cached>): Promise<void> {
    const now = await doctors.current(id);
    if (before === undefined || isRenamed(before.stored, now)) tell.doctorRenamed(id);
    tell.scheduleChanged(id);
  }

  async function patientMoved(id: string, before: ReturnType<typeof patients.cached>): Promise<void> {
    const now = await patients.current(id);
    if (before === undefined || isRenamed(before.stored, now)) tell.patientRenamed(id);
  }

  return ({ streamId, version }: StreamVersion): Promise<void> | undefined => {
    const [category, id] = partsOf(streamId);
    if (category === 'consultation') {
      consultations.movedTo(id, version);
      return attendance.room(id) === undefined ? undefined : consultationMoved(id);
    }
    if (category === 'doctor') {
      const before = doctors.cached(id);
      doctors.movedTo(id, version);
      return attendance.roomsOf(id) === undefined ? undefined : doctorMoved(id, before);
    }
    const before = patients.cached(id);
    patients.movedTo(id, version);
    return patientMoved(id, before);
  };
}

function partsOf(streamId: StreamId): readonly [category: string, id: string] {
  const at = streamId.indexOf(':');
  return [streamId.slice(0, at), streamId.slice(at + 1)];
}
