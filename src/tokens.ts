import type { ServiceIdentifier } from 'inversify';
import type { Database } from './adapters/prisma/database.js';
import type { PrometheusMetrics } from './adapters/prometheus/prometheus-metrics.js';
import type { ChatServer } from './adapters/socketio/chat-server.js';
import type { ConnectionLimits } from './adapters/socketio/connection-limits.js';
import type { SocketIoTransport } from './adapters/socketio/transport.js';
import type { ChangeConsultation } from './application/administration/change-consultation.js';
import type { ExpireConsultations } from './application/administration/expire-consultations.js';
import type { ManageConsultations } from './application/administration/manage-consultations.js';
import type { ManagePeople } from './application/administration/manage-people.js';
import type { RegisterPeople } from './application/administration/register-people.js';
import type { SeedDemoData } from './application/administration/seed-demo-data.js';
import type { Application } from './application/application.js';
import type { AnnounceHeads } from './application/conversation/announce-heads.js';
import type { GetMessages } from './application/conversation/get-messages.js';
import type { JoinConsultation } from './application/conversation/join-consultation.js';
import type { MarkRead } from './application/conversation/mark-read.js';
import type { ReadMessages } from './application/conversation/read-messages.js';
import type { SendMessage } from './application/conversation/send-message.js';
import type { ConsultationFiles } from './application/lookup/consultation-context.js';
import type { DoctorAvailability } from './application/lookup/doctor-availability.js';
import type { PersonTurns } from './application/lookup/person-turns.js';
import type { NoteLeave, RecordRead } from './application/lookup/record-read.js';
import type { AccessLog } from './application/ports/access-log.js';
import type { Broadcaster } from './application/ports/broadcaster.js';
import type { Clock } from './application/ports/clock.js';
import type { ConsultationQueries } from './application/ports/consultation-queries.js';
import type { Directory } from './application/ports/directory.js';
import type { EventStore } from './application/ports/event-store.js';
import type { IdGenerator } from './application/ports/id-generator.js';
import type { Authenticator } from './application/ports/identity.js';
import type { Logger } from './application/ports/logger.js';
import type { MessageHistory } from './application/ports/message-history.js';
import type { Metrics } from './application/ports/metrics.js';
import type { RateLimiter } from './application/ports/rate-limiter.js';
import type { Scheduler } from './application/ports/scheduler.js';
import type { StateReader } from './application/ports/state-reader.js';
import type { Attendance } from './application/room/attendance.js';
import type { AvailabilityNotices } from './application/room/availability-notices.js';
import type { LeaveConsultation } from './application/room/leaving.js';
import type { PublishMessages } from './application/room/publish-messages.js';
import type { Typing } from './application/room/typing.js';
import type { SessionLimits } from './application/sessions/session-limits.js';
import type { Sessions } from './application/sessions/sessions.js';
import type {
  ConsultationHandler,
  DoctorHandler,
  PatientHandler,
} from './application/streams/stream-handlers.js';
import type { Config } from './config.js';

function token<Service>(name: string): ServiceIdentifier<Service> {
  return Symbol(name);
}

/** Names of everything that the container hands out. */
export const TOKENS = {
  config: token<Config>('config'),

  clock: token<Clock>('clock'),
  ids: token<IdGenerator>('ids'),
  logger: token<Logger>('logger'),
  prometheus: token<PrometheusMetrics>('prometheus'),
  metrics: token<Metrics>('metrics'),
  scheduler: token<Scheduler>('scheduler'),
  authenticator: token<Authenticator>('authenticator'),
  rateLimiter: token<RateLimiter>('rateLimiter'),

  database: token<Database>('database'),
  eventStore: token<EventStore>('eventStore'),
  stateReader: token<StateReader>('stateReader'),
  history: token<MessageHistory>('history'),
  queries: token<ConsultationQueries>('queries'),
  directory: token<Directory>('directory'),
  accessLog: token<AccessLog>('accessLog'),

  connectionLimits: token<ConnectionLimits>('connectionLimits'),
  io: token<ChatServer>('io'),
  broadcaster: token<Broadcaster>('broadcaster'),
  transport: token<SocketIoTransport>('transport'),

  attendance: token<Attendance>('attendance'),
  availability: token<DoctorAvailability>('availability'),
  consultations: token<ConsultationHandler>('consultations'),
  doctors: token<DoctorHandler>('doctors'),
  patients: token<PatientHandler>('patients'),
  files: token<ConsultationFiles>('files'),
  joinConsultation: token<JoinConsultation>('joinConsultation'),
  leaving: token<LeaveConsultation>('leaving'),
  recordRead: token<RecordRead>('recordRead'),
  noteLeave: token<NoteLeave>('noteLeave'),
  sessions: token<Sessions>('sessions'),
  sessionLimits: token<SessionLimits>('sessionLimits'),
  publisher: token<PublishMessages>('publisher'),
  sendMessage: token<SendMessage>('sendMessage'),
  getMessages: token<GetMessages>('getMessages'),
  personTurns: token<PersonTurns>('personTurns'),
  readMessages: token<ReadMessages>('readMessages'),
  markRead: token<MarkRead>('markRead'),
  typing: token<Typing>('typing'),
  announceHeads: token<AnnounceHeads>('announceHeads'),
  changes: token<ChangeConsultation>('changes'),
  people: token<RegisterPeople>('people'),
  managePeople: token<ManagePeople>('managePeople'),
  manageConsultations: token<ManageConsultations>('manageConsultations'),
  notices: token<AvailabilityNotices>('notices'),
  expireConsultations: token<ExpireConsultations>('expireConsultations'),
  seedDemoData: token<SeedDemoData>('seedDemoData'),
  application: token<Application>('application'),
};
