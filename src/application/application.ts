import type { ExpireConsultations } from './administration/expire-consultations.js';
import type { ManageConsultations } from './administration/manage-consultations.js';
import type { ManagePeople } from './administration/manage-people.js';
import type { AnnounceHeads } from './conversation/announce-heads.js';
import type { GetMessages } from './conversation/get-messages.js';
import type { JoinConsultation } from './conversation/join-consultation.js';
import type { MarkRead } from './conversation/mark-read.js';
import type { SendMessage } from './conversation/send-message.js';
import type { ConnectionId } from './ports/broadcaster.js';
import type { Metrics } from './ports/metrics.js';
import type { Attendance } from './room/attendance.js';
import type { AvailabilityNotices } from './room/availability-notices.js';
import type { LeaveConsultation } from './room/leaving.js';
import type { Typing } from './room/typing.js';
import type { Sessions } from './sessions/sessions.js';
import type { ConsultationHandler, DoctorHandler, PatientHandler } from './streams/stream-handlers.js';

/** The driving port: everything that a transport or a job may call. */
export interface Application extends ManageConsultations, ManagePeople {
  /** Who stands behind the credentials. */
  authenticate: Sessions['authenticate'];
  /** A new connection: what is asked for one that is not connected has no lasting effect. */
  connect: Sessions['open'];
  joinConsultation: JoinConsultation;
  leaveConsultation(connectionId: ConnectionId, consultationId: string): void;
  sendMessage: SendMessage;
  getMessages: GetMessages;
  markRead: MarkRead;
  setTyping: Typing['set'];
  /** The regular `consultation_head`. */
  announceHeads: AnnounceHeads;
  /** The regular `doctor_ready`. */
  announceAvailability(): Promise<void>;
  /** No announcement of availability follows. */
  stopAnnouncing(): Promise<void>;
  expireConsultations: ExpireConsultations;
}

export interface ApplicationDependencies {
  readonly metrics: Metrics;
  readonly consultations: ConsultationHandler;
  readonly doctors: DoctorHandler;
  readonly patients: PatientHandler;
  readonly attendance: Attendance;
  readonly joinConsultation: JoinConsultation;
  readonly leaving: LeaveConsultation;
  readonly sessions: Sessions;
  readonly sendMessage: SendMessage;
  readonly getMessages: GetMessages;
  readonly markRead: MarkRead;
  readonly typing: Typing;
  readonly announceHeads: AnnounceHeads;
  readonly manageConsultations: ManageConsultations;
  readonly managePeople: ManagePeople;
  readonly notices: AvailabilityNotices;
  readonly expireConsultations: ExpireConsultations;
}

export function createApplication(dependencies: ApplicationDependencies): Application {
  observe(dependencies);
  const { sessions, leaving, notices } = dependencies;
  return {
    ...dependencies.manageConsultations,
    ...dependencies.managePeople,
    authenticate: sessions.authenticate,
    connect: sessions.open,
    joinConsultation: dependencies.joinConsultation,
    leaveConsultation: leaving.leave,
    sendMessage: dependencies.sendMessage,
    getMessages: dependencies.getMessages,
    markRead: dependencies.markRead,
    setTyping: dependencies.typing.set,
    announceHeads: dependencies.announceHeads,
    announceAvailability: notices.tick,
    stopAnnouncing: notices.stop,
    expireConsultations: dependencies.expireConsultations,
  };
}

function observe({ metrics, consultations, doctors, patients, attendance }: ApplicationDependencies): void {
  metrics.gauge('consultations_cached', consultations.cached);
  metrics.gauge('doctors_cached', doctors.cached);
  metrics.gauge('patients_cached', patients.cached);
  metrics.gauge('rooms', attendance.roomCount);
}
