import type { ExistingConsultation } from '../../domain/consultation/consultation.js';
import type { Sender } from '../../domain/consultation/events.js';
import type { Instant } from '../../domain/instant.js';
import type { Refusal } from '../answers/refusal.js';
import type { StoredMessage } from './message-history.js';

export interface Person {
  readonly id: string;
  readonly name: string;
}

export interface Parties {
  readonly patient: Person;
  readonly doctor: Person;
}

export interface ChatMessage extends StoredMessage, Parties {}

export interface ConsultationView extends Parties {
  readonly consultationId: string;
  readonly status: ExistingConsultation['status'];
  readonly expiresAt: Instant;
  /** Up to which `seq` each party has read. */
  readonly readSeq: Readonly<Record<Sender, number>>;
}

/** The facts that inboxes show of a consultation. None of them is something that was said. */
export interface ConsultationSummary extends ConsultationView {
  readonly openedAt: Instant;
  /** The `seq` of the last message; 0 before the first. */
  readonly headSeq: number;
  /** For each party, the number of the other party's messages after its own read mark. */
  readonly unread: Readonly<Record<Sender, number>>;
  readonly lastMessageAt: Instant | null;
  readonly lastSender: Sender | null;
  /**
   * When the patient sent the first message that the doctor has not answered; null while the consultation is not open,
   * because nobody waits for an answer there.
   */
  readonly waitingSince: Instant | null;
  /** How many open consultations of the doctor have waited longer; null if nobody waits in this one. */
  readonly ahead: number | null;
}

/** A consultation in the inbox of one of its parties. */
export interface InboxItem extends ConsultationSummary {
  /**
   * The party whose inbox it is. The read mark and the unread messages are theirs. null for an administrator, who has
   * none.
   */
  readonly side: Sender | null;
  /** Which of the parties are present now, at any process. */
  readonly present: readonly Sender[];
}

/** The news for connected clients. Each becomes one event of the same name on the wire; `refused` becomes `error`. */
export type Notification =
  | { readonly type: 'new_message'; readonly message: ChatMessage }
  | { readonly type: 'doctor_ready'; readonly consultationId: string; readonly doctorId: string }
  | {
      readonly type: 'doctor_away';
      readonly consultationId: string;
      readonly doctorId: string;
      /** null when the schedule does not open within 366 days. */
      readonly nextOpeningAt: Instant | null;
    }
  | {
      readonly type: 'user_joined' | 'user_left';
      readonly consultationId: string;
      readonly userId: string;
      readonly sender: Sender | null;
      readonly at: Instant;
    }
  | {
      readonly type: 'typing';
      readonly consultationId: string;
      readonly userId: string;
      readonly sender: Sender | null;
      readonly isTyping: boolean;
    }
  | {
      readonly type: 'messages_read';
      readonly consultationId: string;
      readonly reader: Sender;
      readonly userId: string;
      readonly seq: number;
      readonly at: Instant;
    }
  | { readonly type: 'inbox_updated'; readonly item: InboxItem }
  | { readonly type: 'consultation_head'; readonly consultationId: string; readonly seq: number }
  /** Why the server is about to end the connection, although nothing was asked for. */
  | { readonly type: 'refused'; readonly refusal: Refusal }
  | { readonly type: 'consultation_updated'; readonly consultation: ConsultationView };
