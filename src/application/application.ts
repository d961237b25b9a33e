import type { AnnounceHeads } from './announce-heads.js';
import type { Attendance } from './attendance.js';
import type { AvailabilityNotices } from './availability-notices.js';
import type { ChangeConsultation } from './change-consultation.js';
import type { ExpireConsultations } from './expire-consultations.js';
import type { GetMessages } from './get-messages.js';
import type { ConsultationHandler, DoctorHandler, PatientHandler } from './handlers.js';
import type { JoinConsultation } from './join-consultation.js';
import type { LeaveConsultation } from './leave-consultation.js';
import type { MarkRead } from './mark-read.js';
import type { ConnectionId } from './ports/broadcaster.js';
import type { Metrics } from './ports/metrics.js';
import type { RegisterPeople } from './register-people.js';
import type { SendMessage } from './send-message.js';
import type { Typing } from './typing.js';

/** The driving port: everything that a transport or a job may call. */
export interface Application extends ChangeConsultation, RegisterPeople {
  /** Tells of a new connection; what is asked for one that is not connected has no lasting effect. */
  connect(connectionId: ConnectionId): void;
  disconnect(connectionId: ConnectionId): void;
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
  readonly sendMessage: SendMessage;
  readonly getMessages: GetMessages;
  readonly markRead: MarkRead;
  readonly typing: Typing;
  readonly announceHeads: AnnounceHeads;
  readonly changes: ChangeConsultation;
  readonly people: RegisterPeople;
  readonly notices: AvailabilityNotices;
  readonly expireConsultations: ExpireConsultations;
}

export function createApplication(dependencies: ApplicationDependencies): Application {
  observe(dependencies);
  const { attendance, leaving, changes, people, notices } = dependencies;
  return {
    ...changes,
    ...people,
    connect: attendance.connect,
    disconnect: leaving.disconnect,
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
