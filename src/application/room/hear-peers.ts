import type { ExistingConsultation } from '../../domain/consultation/consultation.js';
import type { ConsultationEvent } from '../../domain/consultation/events.js';
import type { DoctorEvent } from '../../domain/doctor/events.js';
import { SECOND_MS } from '../../domain/instant.js';
import type { PatientEvent } from '../../domain/patient/patient.js';
import { partyOf } from '../lookup/access.js';
import type { ConsultationContexts } from '../lookup/consultation-context.js';
import { storedMessageOf } from '../lookup/stored-message.js';
import type { FactsListener } from '../peers/peer-link.js';
import type { RecordedEvent, StreamId, StreamVersion } from '../ports/event-store.js';
import type { Logger } from '../ports/logger.js';
import type { Metrics } from '../ports/metrics.js';
import type { ScheduledJob, Scheduler } from '../ports/scheduler.js';
import { createBackground } from './background.js';
import { type CatchUp, type CatchUpDependencies, createCatchUp } from './catch-up.js';
import type { InboxNews } from './inbox-news.js';
import type { PublishMessages } from './publish-messages.js';
import type { TellMarks } from './tell-marks.js';

/** The first and the longest pause between a catch-up that has failed and the next one, in ms. It doubles each time. */
const FIRST_RETRY_MS = SECOND_MS;
const LAST_RETRY_MS = 32 * SECOND_MS;

/**
 * Learns what other processes have stored, and tells it to those who are present here. News only make this fast: what
 * they miss is found by comparing what memory and the rooms know with the versions in the store.
 */
export interface HearPeers extends FactsListener {
  readonly catchUp: CatchUp;
  /** Called when the store may be another one from now on, which may have lost something. */
  storeReplaced(): void;
  /** Begins nothing more by itself. Resolves when everything that was begun is done. */
  stop(): Promise<void>;
}

export interface HearPeersDependencies extends CatchUpDependencies {
  readonly contexts: ConsultationContexts;
  readonly publisher: PublishMessages;
  readonly marks: TellMarks;
  readonly news: InboxNews;
  readonly scheduler: Pick<Scheduler, 'after'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export function createHearPeers(dependencies: HearPeersDependencies): HearPeers {
  const { consultations, doctors, patients, attendance, tell, news, lostCommits, logger } = dependencies;
  const catchUp = createCatchUp(dependencies);
  const tellRoom = createTellRoom(dependencies);
  const tellMoved = createTellMoved(dependencies);
  const background = createBackground();

  function goOnBehind(work: Promise<void>, details: Readonly<Record<string, string>> = {}): void {
    background.goOn(work, (error) => {
      logger.error('peers.failed', error, details);
      retrying.tryAgain();
    });
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

  const retrying = createRetrying(dependencies, catchUp, goOnBehind);

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
      retrying.begin();
    },
    catchUp,
    storeReplaced: () => {
      lostCommits.storeReplaced();
      news.missed();
      retrying.begin();
    },
    stop: async () => {
      await retrying.stop();
      await background.settled();
    },
  };
}

/**
 * One catch-up runs at a time. If something is missed while it runs, another one follows. One that fails is tried
 * again, because the store is most likely to fail at the moment when everything else comes back.
 */
function createRetrying(
  { scheduler, metrics, logger }: HearPeersDependencies,
  catchUp: CatchUp,
  goOnBehind: (work: Promise<void>) => void,
) {
  let isRunning = false;
  let isMissedAgain = false;
  let hasFailedMeanwhile = false;
  let isStopped = false;
  let pauseMs = FIRST_RETRY_MS;
  let next: ScheduledJob | null = null;

  async function run(): Promise<void> {
    let isDone = false;
    do {
      isMissedAgain = false;
      hasFailedMeanwhile = false;
      metrics.count('peer_catch_ups_total');
      isDone = await catchUp().catch((error: unknown) => {
        logger.error('peers.failed', error);
        return false;
      });
    } while (isMissedAgain);
    isRunning = false;
    if (isDone) pauseMs = FIRST_RETRY_MS;
    if (!isDone || hasFailedMeanwhile) tryAgain();
  }

  /** Tries again until the pause gets too long. By then, the announcement of heads catches up as soon. */
  function tryAgain(): void {
    hasFailedMeanwhile = isRunning;
    if (isStopped || isRunning || next !== null || pauseMs > LAST_RETRY_MS) return;
    next = scheduler.after(pauseMs, { name: 'catch-up', run: async () => begin() });
    pauseMs *= 2;
  }

  function begin(): void {
    isMissedAgain = true;
    if (isRunning || isStopped) return;
    isRunning = true;
    void next?.stop();
    next = null;
    goOnBehind(run());
  }

  return {
    begin: () => {
      pauseMs = FIRST_RETRY_MS;
      begin();
    },
    /** Called when something could not be told. A catch-up follows in a while. */
    tryAgain,
    stop: async () => {
      isStopped = true;
      await next?.stop();
    },
  };
}

/** Tells those who are present in a consultation here what another process has stored in it. */
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
    } else if (tell.isBehind(context)) tell.consultationChanged(context);
  }

  return async (consultationId: string, recorded: RecordedEvent): Promise<void> => {
    const state = consultations.cachedState(consultationId) ?? (await consultations.current(consultationId));
    if (state.status !== 'not_opened') await tellOf(state, recorded);
  };
}

/**
 * Handles a stream that has moved on by events which are not told. Memory gives up what it holds of the stream, and
 * those present here hear what they have missed. Returns undefined if there is nothing to wait for.
 */
function createTellMoved(dependencies: HearPeersDependencies) {
  const { consultations, doctors, patients, attendance, tell, catchUpRoom } = dependencies;

  async function consultationMoved(id: string): Promise<void> {
    // The version that was told may be the one before an append whose answer got lost, so the store is asked.
    const { stored: state } = await consultations.latest(id);
    if (state.status !== 'not_opened') await catchUpRoom(state);
  }

  return ({ streamId, version }: StreamVersion): Promise<void> | undefined => {
    const [category, id] = partsOf(streamId);
    if (category === 'consultation') {
      consultations.movedTo(id, version);
      return attendance.room(id) === undefined ? undefined : consultationMoved(id);
    }
    if (category === 'doctor') {
      doctors.movedTo(id, version);
      tell.doctorRenamed(id);
      tell.scheduleChanged(id);
    } else {
      patients.movedTo(id, version);
      tell.patientRenamed(id);
    }
    return undefined;
  };
}

function partsOf(streamId: StreamId): readonly [category: string, id: string] {
  const at = streamId.indexOf(':');
  return [streamId.slice(0, at), streamId.slice(at + 1)];
}
