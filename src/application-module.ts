import { ContainerModule } from 'inversify';
import { createChangeConsultation } from './application/administration/change-consultation.js';
import { createExpireConsultations } from './application/administration/expire-consultations.js';
import { createManageConsultations } from './application/administration/manage-consultations.js';
import { createManagePeople } from './application/administration/manage-people.js';
import { createRegisterPeople } from './application/administration/register-people.js';
import { createSeedDemoData } from './application/administration/seed-demo-data.js';
import { createApplication } from './application/application.js';
import { createAnnounceHeads } from './application/conversation/announce-heads.js';
import { createGetMessages } from './application/conversation/get-messages.js';
import { createJoinConsultation } from './application/conversation/join-consultation.js';
import { createMarkRead } from './application/conversation/mark-read.js';
import { createReadMessages } from './application/conversation/read-messages.js';
import { createSendMessage } from './application/conversation/send-message.js';
import { createConsultationFiles } from './application/lookup/consultation-context.js';
import { createDoctorAvailability } from './application/lookup/doctor-availability.js';
import { createPersonTurns } from './application/lookup/person-turns.js';
import { createNoteLeave, createRecordRead } from './application/lookup/record-read.js';
import { createAttendance } from './application/room/attendance.js';
import { createAvailabilityNotices } from './application/room/availability-notices.js';
import { createLeaveConsultation } from './application/room/leaving.js';
import { createPublishMessages } from './application/room/publish-messages.js';
import { createTyping } from './application/room/typing.js';
import { createSessions } from './application/sessions/sessions.js';
import {
  createConsultationHandler,
  createDoctorHandler,
  createPatientHandler,
} from './application/streams/stream-handlers.js';
import { provide } from './provide.js';
import { TOKENS } from './tokens.js';

/** Every use case, over whatever adapters the container binds for the ports. */
export const applicationModule: ContainerModule = new ContainerModule(({ bind }) => {
  const { clock, ids, logger, metrics, scheduler, broadcaster, eventStore, stateReader, history, queries } =
    TOKENS;
  const { attendance, availability, consultations, doctors, patients, files, changes, people } = TOKENS;
  const { notices, publisher, typing, recordRead, noteLeave, readMessages } = TOKENS;

  provide(bind, attendance, createAttendance, {});
  provide(bind, availability, createDoctorAvailability, {});
  provide(bind, consultations, createConsultationHandler, { eventStore, stateReader, clock });
  provide(bind, doctors, createDoctorHandler, { eventStore, stateReader, clock });
  provide(bind, patients, createPatientHandler, { eventStore, stateReader, clock });
  provide(bind, files, createConsultationFiles, { consultations, doctors, patients, stateReader });
  provide(bind, recordRead, createRecordRead, { accessLog: TOKENS.accessLog, clock });
  provide(bind, noteLeave, createNoteLeave, { accessLog: TOKENS.accessLog, clock });
  provide(bind, TOKENS.personTurns, createPersonTurns, { clock });
  provide(bind, readMessages, createReadMessages, { history, turns: TOKENS.personTurns });
  provide(bind, publisher, createPublishMessages, { attendance, history, broadcaster, logger });
  provide(bind, TOKENS.joinConsultation, createJoinConsultation, {
    files,
    attendance,
    availability,
    notices,
    readMessages,
    publisher,
    broadcaster,
    recordRead,
    noteLeave,
    limits: TOKENS.sessionLimits,
    clock,
  });
  provide(bind, typing, createTyping, { attendance, broadcaster, clock });
  provide(bind, TOKENS.leaving, createLeaveConsultation, {
    attendance,
    typing,
    broadcaster,
    noteLeave,
    clock,
  });
  provide(bind, TOKENS.getMessages, createGetMessages, { files, readMessages, recordRead });
  provide(bind, TOKENS.markRead, createMarkRead, { files, consultations, attendance, broadcaster });
  provide(bind, TOKENS.sessions, createSessions, {
    authenticator: TOKENS.authenticator,
    limits: TOKENS.sessionLimits,
    rateLimiter: TOKENS.rateLimiter,
    metrics,
    attendance,
    leaving: TOKENS.leaving,
    joinConsultation: TOKENS.joinConsultation,
    sendMessage: TOKENS.sendMessage,
    getMessages: TOKENS.getMessages,
    markRead: TOKENS.markRead,
    typing,
    broadcaster,
    clock,
    scheduler,
  });
  provide(bind, TOKENS.announceHeads, createAnnounceHeads, {
    attendance,
    consultations,
    notices,
    files,
    publisher,
    broadcaster,
    scheduler,
    logger,
  });
  provide(bind, TOKENS.sendMessage, createSendMessage, {
    files,
    consultations,
    availability,
    eventStore,
    publisher,
    clock,
    ids,
    metrics,
  });
  provide(bind, changes, createChangeConsultation, {
    files,
    consultations,
    doctors,
    patients,
    attendance,
    notices,
    broadcaster,
    eventStore,
    ids,
  });
  provide(bind, people, createRegisterPeople, { doctors, patients, notices, eventStore, ids });
  provide(bind, TOKENS.managePeople, createManagePeople, {
    people,
    doctors,
    patients,
    directory: TOKENS.directory,
    recordRead,
    availability,
    clock,
    ids,
  });
  provide(bind, TOKENS.manageConsultations, createManageConsultations, {
    changes,
    files,
    consultations,
    directory: TOKENS.directory,
    eventStore,
    accessLog: TOKENS.accessLog,
    recordRead,
    turns: TOKENS.personTurns,
    ids,
  });
  provide(bind, notices, createAvailabilityNotices, {
    attendance,
    doctors,
    availability,
    broadcaster,
    clock,
    scheduler,
    logger,
  });
  provide(bind, TOKENS.expireConsultations, createExpireConsultations, { queries, changes, clock, logger });
  provide(bind, TOKENS.seedDemoData, createSeedDemoData, { people, changes, consultations, doctors, clock });
  provide(bind, TOKENS.application, createApplication, {
    metrics,
    consultations,
    doctors,
    patients,
    attendance,
    manageConsultations: TOKENS.manageConsultations,
    managePeople: TOKENS.managePeople,
    joinConsultation: TOKENS.joinConsultation,
    leaving: TOKENS.leaving,
    sessions: TOKENS.sessions,
    sendMessage: TOKENS.sendMessage,
    getMessages: TOKENS.getMessages,
    markRead: TOKENS.markRead,
    typing,
    announceHeads: TOKENS.announceHeads,
    notices,
    expireConsultations: TOKENS.expireConsultations,
  });
});
