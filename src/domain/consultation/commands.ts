import type { Instant } from '../instant.js';
import type { Sender } from './events.js';

interface At {
  readonly now: Instant;
}

export interface OpenConsultation extends At {
  readonly type: 'OpenConsultation';
  readonly consultationId: string;
  readonly patientId: string;
  readonly doctorId: string;
  readonly expiresAt: Instant;
}

export interface ExtendConsultation extends At {
  readonly type: 'ExtendConsultation';
  readonly expiresAt: Instant;
}

export interface EndConsultation extends At {
  readonly type: 'EndConsultation';
}

export interface ExpireConsultation extends At {
  readonly type: 'ExpireConsultation';
}

export interface ReopenConsultation extends At {
  readonly type: 'ReopenConsultation';
  readonly expiresAt: Instant;
}

export interface SendMessage extends At {
  readonly type: 'SendMessage';
  readonly messageId: string;
  readonly sender: Sender;
  readonly content: string;
  readonly clientMessageId: string | null;
  /** Whether the schedule is open at `now`, as the schedule evaluator says. */
  readonly doctorIsAvailable: boolean;
}

export interface MarkRead extends At {
  readonly type: 'MarkRead';
  readonly reader: Sender;
  readonly seq: number;
}

export type ConsultationCommand =
  | OpenConsultation
  | ExtendConsultation
  | EndConsultation
  | ExpireConsultation
  | ReopenConsultation
  | SendMessage
  | MarkRead;
