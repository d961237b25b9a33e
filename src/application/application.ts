import { type ChangeConsultation, createChangeConsultation } from './administration/change-consultation.js';
import { type ChangeDoctor, createChangeDoctor } from './administration/change-doctor.js';
import { type ChangePatient, createChangePatient } from './administration/change-patient.js';
import { createExpireConsultation } from './administration/expire-consultation.js';
import {
  createExpireConsultations,
  type ExpireConsultations,
} from './administration/expire-consultations.js';
import {
  createManageConsultations,
  type ManageConsultations,
} from './administration/manage-consultations.js';
import { createManageDoctors, type ManageDoctors } from './administration/manage-doctors.js';
import { createManagePatients, type ManagePatients } from './administration/manage-patients.js';
import { createReadAccessLog, type ReadAccessLog } from './administration/read-access-log.js';
import { createReadAuditTrail, type ReadAuditTrail } from './administration/read-audit-trail.js';
import { createReadConsultations, type ReadConsultations } from './administration/read-consultations.js';
import { createReportAvailability, type ReportAvailability } from './administration/report-availability.js';
import { createSeedDemoData, type SeedDemoData } from './administration/seed-demo-data.js';
import { type AnnounceHeads, createAnnounceHeads } from './conversation/announce-heads.js';
import { createChangeOwnConsultation } from './conversation/change-own-consultation.js';
import { createGetMessages, type GetMessages } from './conversation/get-messages.js';
import { createJoinConsultation } from './conversation/join-consultation.js';
import { createMarkRead } from './conversation/mark-read.js';
import { createReadMessages } from './conversation/read-messages.js';
import { createSendMessage } from './conversation/send-message.js';
import { createConsultationContexts } from './lookup/consultation-context.js';
import { createDoctorAvailability } from './lookup/doctor-availability.js';
import { createReadQueues } from './lookup/read-queues.js';
import { createRecentPages } from './lookup/recent-pages.js';
import { createNoteLeave, createRecordRead } from './lookup/record-read.js';
import { createPeerLink, type LeavePeers } from './peers/peer-link.js';
import { createPeerSender } from './peers/peer-sender.js';
import { createPeopleElsewhere } from './peers/people-elsewhere.js';
import type { Ports } from './ports/ports.js';
import { createAttendance } from './room/attendance.js';
import { createAvailabilityNotices } from './room/availability-notices.js';
import { createCatchUpRoom } from './room/catch-up-room.js';
import { createHearPeers } from './room/hear-peers.js';
import { createInboxNews } from './room/inbox-news.js';
import { createInboxRegistry } from './room/inbox-registry.js';
import { createInboxUpdates } from './room/inbox-updates.js';
import { createLeaveConsultation } from './room/leaving.js';
import { createLostCommits } from './room/lost-commits.js';
import { createPresenceElsewhere } from './room/presence-elsewhere.js';
import { createPublishMessages } from './room/publish-messages.js';
import { createTellChanges } from './room/tell-changes.js';
import { createTellDoubtful } from './room/tell-doubtful.js';
import { createTellMarks } from './room/tell-marks.js';
import { createTellRenames } from './room/tell-renames.js';
import { createToldNames } from './room/told-names.js';
import { createTyping } from './room/typing.js';
import { createWatchInbox } from './room/watch-inbox.js';
import type { SessionLimits } from './sessions/session-limits.js';
import { createSessions, type Sessions } from './sessions/sessions.js';
import type { TellStored } from './streams/append-and-settle.js';
import {
  createConsultationHandler,
  createDoctorHandler,
  createPatientHandler,
} from './streams/stream-handlers.js';

/** What can be asked for without a live connection. Every call says who asks. */
export interface Administration
  extends ManageDoctors,
    ManagePatients,
    ManageConsultations,
    ReadConsultations {
  readonly doctorAvailability: ReportAvailability;
  readonly getMessages: GetMessages;
  readonly auditTrail: ReadAuditTrail;
  readonly accessLog: ReadAccessLog;
}

/** Work that nobody asks for, done at the start and at regular intervals. */
export interface Jobs {
  /**
   * Makes this process one of those that serve the chat: it hears the others, and they hear it. Does nothing if this
   * is the only process.
   *
   * @returns a function to be called once, as the last thing before the process stops. It tells the others that
   *   nobody is present here any more.
   */
  joinPeers(): LeavePeers;
  /**
   * Called now and then.
   *
   * @param serving how many processes serve the store by its own account, this one included.
   */
  countedServing(serving: number): void;
  /** Called when the store may be another one from now on, which may have lost what was stored. Neither waits nor throws. */
  storeReplaced(): void;
  readonly seedDemoData: SeedDemoData;
  /** Sends the regular `consultation_head`. */
  readonly announceHeads: AnnounceHeads;
  /** Sends the regular `doctor_ready`. */
  announceAvailability(): Promise<void>;
  /** Ends the announcements of availability. */
  stopAnnouncing(): Promise<void>;
  readonly expireConsultations: ExpireConsultations;
}

/** The driving port. Its three doors are the only way into the application. */
export interface Application {
  /** For connections: who somebody is, and what they may ask for while they are connected. */
  readonly sessions: Sessions;
  readonly administration: Administration;
  readonly jobs: Jobs;
}

/**
 * Builds the use cases over whatever adapters are behind the ports. Nothing is read, stored or begun before a door is
 * used.
 */
export function createApplication(ports: Ports, limits: SessionLimits): Application {
  const parts = createSharedParts(ports);
  observe(parts);
  parts.peers.listen(parts.link);
  const changing = openChanges(parts);
  const getMessages = createGetMessages(parts);
  return {
    sessions: createSessions({
      ...parts,
      limits,
      getMessages,
      joinConsultation: createJoinConsultation({ ...parts, limits }),
      sendMessage: createSendMessage(parts),
      markRead: createMarkRead(parts),
      changeOwn: createChangeOwnConsultation({ ...parts, ...changing }),
    }),
    administration: {
      ...createManageDoctors({ ...parts, ...changing }),
      ...createManagePatients({ ...parts, ...changing }),
      ...createManageConsultations({ ...parts, ...changing }),
      ...createReadConsultations(parts),
      doctorAvailability: createReportAvailability(parts),
      getMessages,
      auditTrail: createReadAuditTrail(parts),
      accessLog: createReadAccessLog(parts),
    },
    jobs: createJobs({ ...parts, ...changing }),
  };
}

type SharedParts = ReturnType<typeof createSharedParts>;

/** The parts that several use cases share, one instance of each. */
function createSharedParts(ports: Ports) {
  const peerSender = createPeerSender(ports.peers);
  const elsewhere = createPeopleElsewhere();
  const news = createInboxNews();
  const tellStored: TellStored = (events) => {
    peerSender.stored(events);
    news.stored(events);
  };
  const doubtful = createTellDoubtful({ ...ports, news, peerSender });
  const storing = { ...ports, tellStored, tellDoubt: doubtful.tell };
  const streams = {
    consultations: createConsultationHandler(storing),
    doctors: createDoctorHandler(storing),
    patients: createPatientHandler(storing),
  };
  const lookup = {
    contexts: createConsultationContexts({ ...ports, ...streams }),
    availability: createDoctorAvailability(),
    recordRead: createRecordRead(ports),
    noteLeave: createNoteLeave(ports),
    readQueues: createReadQueues(ports),
    recentPages: createRecentPages(ports),
  };
  const attendance = createAttendance({ elsewhere, peerSender, presenceChanged: news.presenceChanged });
  const known = { ...ports, ...streams, ...lookup, attendance, peerSender, elsewhere };
  const registry = createInboxRegistry();
  const updates = createInboxUpdates({ ...known, registry });
  const inbox = createWatchInbox({ ...known, registry, updates, news });
  const typing = createTyping(known);
  const presence = createPresenceElsewhere({ ...known, typing, presenceChanged: news.presenceChanged });
  const notices = createAvailabilityNotices(known);
  const publisher = createPublishMessages(known);
  const toldNames = createToldNames(attendance);
  const renames = createTellRenames({ ...known, toldNames });
  const tell = createTellChanges({ ...known, notices, renames, toldNames });
  const telling = { notices, publisher, tell, toldNames, marks: createTellMarks(known) };
  const catchUpRoom = createCatchUpRoom({ ...known, ...telling });
  const lostCommits = createLostCommits({ ...known, ...telling });
  const hearPeers = createHearPeers({ ...known, ...telling, catchUpRoom, lostCommits, news });
  return {
    ...known,
    ...telling,
    catchUpRoom,
    hearPeers,
    news,
    link: createPeerLink({ ...known, presence, facts: hearPeers }),
    typing,
    inbox,
    updates,
    doubtful,
    unwatchInbox: inbox.unwatch,
    leaving: createLeaveConsultation({ ...known, typing, unwatchInbox: inbox.unwatch }),
    readMessages: createReadMessages(known),
  };
}

/** Changes that both administration and the jobs make. */
interface Changes {
  readonly changes: ChangeConsultation;
  readonly changeDoctor: ChangeDoctor;
  readonly changePatient: ChangePatient;
}

function openChanges(parts: SharedParts): Changes {
  return {
    changes: createChangeConsultation(parts),
    changeDoctor: createChangeDoctor(parts),
    changePatient: createChangePatient(parts),
  };
}

function createJobs(parts: SharedParts & Changes): Jobs {
  const { notices, tell, hearPeers, link, updates, doubtful } = parts;
  return {
    joinPeers: link.join,
    countedServing: link.counted,
    storeReplaced: hearPeers.storeReplaced,
    seedDemoData: createSeedDemoData(parts),
    announceHeads: createAnnounceHeads(parts),
    announceAvailability: notices.tick,
    stopAnnouncing: async () => {
      await notices.stop();
      await hearPeers.stop();
      await tell.settled();
      await doubtful.stop();
      await updates.stop();
    },
    expireConsultations: createExpireConsultations({
      ...parts,
      expireConsultation: createExpireConsultation(parts),
    }),
  };
}

function observe({ metrics, consultations, doctors, patients, attendance }: SharedParts): void {
  metrics.gauge('consultations_cached', consultations.cachedCount);
  metrics.gauge('doctors_cached', doctors.cachedCount);
  metrics.gauge('patients_cached', patients.cachedCount);
  metrics.gauge('rooms', attendance.roomCount);
}
