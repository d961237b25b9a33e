import { ContainerModule } from 'inversify';
import { createAnnounceHeads } from './application/announce-heads.js';
import { createApplication } from './application/application.js';
import { createAttendance } from './application/attendance.js';
import { createAvailabilityNotices } from './application/availability-notices.js';
import { createChangeConsultation } from './application/change-consultation.js';
import { createConsultationFiles } from './application/consultation-file.js';
import { createDoctorAvailability } from './application/doctor-availability.js';
import { createExpireConsultations } from './application/expire-consultations.js';
import { createGetMessages } from './application/get-messages.js';
import {
  createConsultationHandler,
  createDoctorHandler,
  createPatientHandler,
} from './application/handlers.js';
import { createJoinConsultation } from './application/join-consultation.js';
import { createLeaveConsultation } from './application/leave-consultation.js';
import { createManageConsultations } from './application/manage-consultations.js';
import { createManagePeople } from './application/manage-people.js';
import { createMarkRead } from './application/mark-read.js';
import { createPersonTurns } from './application/person-turns.js';
import { createPublishMessages } from './application/publish-messages.js';
import { createReadMessages } from './application/read-messages.js';
import { createNoteLeave, createRecordRead } from './application/record-read.js';
import { createRegisterPeople } from './application/register-people.js';
import { createSeedDemoData } from './application/seed-demo-data.js';
import { createSendMessage } from './application/send-message.js';
import { createSessions } from './application/sessions.js';
import { createTyping } from './application/typing.js';
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
  provide(bind, TOKENS.personTurns, createPersonTurns, { clock, scheduler: TOKENS.scheduler });
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
