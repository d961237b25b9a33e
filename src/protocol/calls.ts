/**
 * What a host application asks of its chat in the same process: the operations of the HTTP API as typed calls. Types only.
 * Add, never rename. `docs/embedding.md` says the same in prose, and `docs/api.md` what each operation does.
 *
 * Every call resolves with what the HTTP API answers, and rejects with a `ChatError` where it refuses.
 */
import type { ConsultationStatus, GetMessagesAnswer, Person, Role, Sender } from './wire.js';

/** An instant that a caller gives: ISO 8601 with an offset, or a `Date`. Instants in answers are ISO 8601 in UTC. */
export type Moment = string | Date;

/** The person as whom a call is made. */
export interface Caller {
  readonly role: Role;
  /** 1 to 128 of `A-Z a-z 0-9 . _ - ~ @ | : +`. */
  readonly id: string;
}

export interface CallOptions {
  /** The administrator `host` when left out. What the caller may do and see is checked as over HTTP. */
  readonly as?: Caller | undefined;
}

export interface CreateOptions extends CallOptions {
  /** Makes a repeat safe: 1 to 255 visible ASCII characters. */
  readonly idempotencyKey?: string | undefined;
}

export interface SetOptions extends CallOptions {
  /**
   * The `etag` of the state that the caller has seen. If the state is another by now, it is not changed, and the call
   * is refused with `precondition.failed`.
   */
  readonly ifMatch?: string | undefined;
}

export interface PutOptions extends SetOptions {
  /**
   * With `*`, only a person who does not exist yet is created. Otherwise the call is refused with
   * `precondition.failed`.
   */
  readonly ifNoneMatch?: '*' | undefined;
}

export interface ChangeOptions extends CreateOptions, SetOptions {}

/** `etag` identifies the state, for `ifMatch`. */
export interface Tagged {
  readonly etag: string;
}

export interface PageQuery {
  /** The `nextCursor` of the page before. */
  readonly after?: string | undefined;
  /** 1 to 200; 50 when left out. */
  readonly limit?: number | undefined;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** The `after` of the next page; null on the last one. */
  readonly nextCursor: string | null;
}

/** `HH:MM` on the doctor's clock, both inclusive. An end before the start is on the next day. */
export interface DailyWindow {
  readonly startTime: string;
  readonly endTime: string;
}

export interface WeeklyWindow extends DailyWindow {
  /** The day on which the window starts: 0 is Sunday. */
  readonly dayOfWeek: 0 | 1 | 2 | 3 | 4 | 5 | 6;
}

export interface NewDoctor {
  /** An id is made when left out. */
  readonly id?: string | undefined;
  /** 1 to 200 characters. */
  readonly name: string;
  /** The name of an IANA time zone. */
  readonly timeZone: string;
  /** None when left out. */
  readonly windows?: readonly WeeklyWindow[] | undefined;
}

export interface NewSchedule {
  /** The time zone stays as it is when left out. */
  readonly timeZone?: string | undefined;
  readonly windows: readonly WeeklyWindow[];
}

export interface Doctor {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly windows: readonly WeeklyWindow[];
  /** In the order of their dates. Each replaces the windows that start on its date. */
  readonly overrides: readonly { readonly date: string; readonly windows: readonly DailyWindow[] }[];
}

export interface AvailabilityQuery {
  /** Now when left out. */
  readonly from?: Moment | undefined;
  /** 7 days after `from` when left out; at most 366 days after it. */
  readonly to?: Moment | undefined;
}

export interface Availability {
  readonly timeZone: string;
  /** Whether the doctor is on duty now. */
  readonly open: boolean;
  /** The next opening after now; null when there is none within 366 days. */
  readonly nextOpeningAt: string | null;
  /** The next closing after now; null when there is none within 366 days. */
  readonly nextClosingAt: string | null;
  /** All open time of the range, in order. `from` belongs to it, `to` does not. */
  readonly intervals: readonly { readonly from: string; readonly to: string }[];
}

export interface NewPatient {
  /** An id is made when left out. */
  readonly id?: string | undefined;
  /** 1 to 200 characters. */
  readonly name: string;
}

export interface Patient {
  readonly id: string;
  readonly name: string;
}

/** Until when the consultation is to take messages: either an instant or a duration. */
export type NewEnd =
  | { readonly expiresAt: Moment; readonly durationMinutes?: undefined }
  | {
      /** From now. */
      readonly durationMinutes: number;
      readonly expiresAt?: undefined;
    };

export type NewConsultation = NewEnd & {
  /** An id is made when left out. */
  readonly id?: string | undefined;
  readonly patientId: string;
  readonly doctorId: string;
};

export interface ConsultationQuery extends PageQuery {
  readonly patientId?: string | undefined;
  readonly doctorId?: string | undefined;
  readonly status?: ConsultationStatus | undefined;
  /**
   * `waiting`: those who have waited longest first, then the others by activity. `activity`: the most recent message,
   * or opening, first. By id when left out. An administrator has to name a patient or a doctor with it.
   */
  readonly sort?: 'waiting' | 'activity' | undefined;
  /** Only consultations in which the caller has unread messages. Not for administrators. */
  readonly unread?: boolean | undefined;
}

/** A consultation as the HTTP API shows it. The patient is called `user` on the sockets. */
export interface ConsultationRecord {
  readonly id: string;
  readonly patientId: string;
  readonly doctorId: string;
  readonly patient: Person;
  readonly doctor: Person;
  /** True exactly while `status` is `open`. */
  readonly isActive: boolean;
  readonly status: ConsultationStatus;
  readonly expiresAt: string;
  /** Up to which `seq` each party has read; 0 before the first. */
  readonly readSeq: { readonly user: number; readonly doctor: number };
}

/** A consultation as inboxes show it. */
export interface ListedConsultation extends ConsultationRecord {
  readonly openedAt: string;
  /** The `seq` of the last message; 0 before the first. */
  readonly headSeq: number;
  /** The number of the other party's messages after the caller's own read mark; null for an administrator. */
  readonly unread: number | null;
  readonly lastMessageAt: string | null;
  readonly lastSender: Sender | null;
  /** When the patient sent the first message that the doctor has not answered; null if nobody waits. */
  readonly waitingSince: string | null;
  /** How many open consultations of the doctor have waited longer; null if nobody waits. */
  readonly ahead: number | null;
  /** Which of the parties are present now. */
  readonly present: readonly Sender[];
}

/** At most one of `after` and `before` may be given. Without either, the newest messages are returned. */
export interface MessageQuery {
  readonly after?: number | undefined;
  readonly before?: number | undefined;
  /** 1 to 200; 50 when left out. */
  readonly limit?: number | undefined;
}

/** Something that was done. Never what a message says. */
export interface AuditEntry {
  /** The number of the event in its consultation, from 1. */
  readonly version: number;
  readonly type: string;
  readonly at: string;
  readonly actor: { readonly kind: 'patient' | 'doctor' | 'admin' | 'system'; readonly id: string };
  readonly details: Readonly<Record<string, string | number | null>>;
}

export type PersonKind = 'patient' | 'doctor' | 'admin' | 'system' | 'anyone';

export interface AccessLogQuery extends PageQuery {
  readonly consultationId?: string | undefined;
  /** Who has read or written. Either both fields are given or neither. */
  readonly personKind?: PersonKind | undefined;
  readonly personId?: string | undefined;
  /** Whom the entries are about. Either both fields are given or neither. */
  readonly subjectKind?: PersonKind | undefined;
  readonly subjectId?: string | undefined;
  /** Inclusive. */
  readonly from?: Moment | undefined;
  /** Exclusive. */
  readonly to?: Moment | undefined;
}

export interface AccessLogEntry {
  readonly at: string;
  readonly person: { readonly kind: PersonKind; readonly id: string };
  readonly consultationId: string | null;
  readonly subject: { readonly kind: PersonKind; readonly id: string } | null;
  readonly kind: 'read' | 'write';
  readonly action: string;
  /** How it was read; `process` for a call of the host application. null for a write. */
  readonly channel: 'socket' | 'http' | 'process' | null;
  readonly requestId: string | null;
}

/** Doctors with their schedules. */
export interface DoctorCalls {
  create(doctor: NewDoctor, options?: CreateOptions): Promise<Doctor & Tagged>;
  /** In the order of their ids. */
  list(query?: PageQuery, options?: CallOptions): Promise<Page<Doctor>>;
  get(doctorId: string, options?: CallOptions): Promise<Doctor & Tagged>;
  /** Creates the doctor, without windows, or changes the name and the time zone. */
  put(
    doctorId: string,
    doctor: { readonly name: string; readonly timeZone: string },
    options?: PutOptions,
  ): Promise<Doctor & Tagged>;
  /** Whether the doctor is on duty now, and all open time within a range. */
  availability(doctorId: string, query?: AvailabilityQuery, options?: CallOptions): Promise<Availability>;
  /** Sets the weekly windows, and the time zone if it is given. */
  setSchedule(doctorId: string, schedule: NewSchedule, options?: SetOptions): Promise<Doctor & Tagged>;
  setTimeZone(
    doctorId: string,
    zone: { readonly timeZone: string },
    options?: SetOptions,
  ): Promise<Doctor & Tagged>;
  /** Sets the windows of one date, `YYYY-MM-DD` on the doctor's calendar. No windows close the date. */
  setOverride(
    doctorId: string,
    date: string,
    override: { readonly windows: readonly DailyWindow[] },
    options?: SetOptions,
  ): Promise<Doctor & Tagged>;
  /** Lets a date follow the weekly windows again. The `etag` is the doctor's. */
  removeOverride(doctorId: string, date: string, options?: SetOptions): Promise<Tagged>;
}

export interface PatientCalls {
  create(patient: NewPatient, options?: CreateOptions): Promise<Patient & Tagged>;
  /** In the order of their ids. */
  list(query?: PageQuery, options?: CallOptions): Promise<Page<Patient>>;
  get(patientId: string, options?: CallOptions): Promise<Patient & Tagged>;
  /** Creates the patient, or changes the name. */
  put(patientId: string, patient: { readonly name: string }, options?: PutOptions): Promise<Patient & Tagged>;
}

export interface ConsultationCalls {
  create(consultation: NewConsultation, options?: CreateOptions): Promise<ConsultationRecord & Tagged>;
  /** The consultations that the caller may see, in the order of their ids unless `sort` says otherwise. */
  list(query?: ConsultationQuery, options?: CallOptions): Promise<Page<ListedConsultation>>;
  get(consultationId: string, options?: CallOptions): Promise<ConsultationRecord & Tagged>;
  /** Lets the consultation run longer. */
  extend(
    consultationId: string,
    until: NewEnd,
    options?: ChangeOptions,
  ): Promise<ConsultationRecord & Tagged>;
  end(consultationId: string, options?: ChangeOptions): Promise<ConsultationRecord & Tagged>;
  /** Lets a consultation take messages again that was ended or has run out. */
  reopen(
    consultationId: string,
    until: { readonly expiresAt: Moment },
    options?: ChangeOptions,
  ): Promise<ConsultationRecord & Tagged>;
  /** The messages of a consultation. */
  messages(consultationId: string, query?: MessageQuery, options?: CallOptions): Promise<GetMessagesAnswer>;
  /** What was done in a consultation, by whom and when, oldest first. For administrators. */
  events(consultationId: string, query?: PageQuery, options?: CallOptions): Promise<Page<AuditEntry>>;
}

export interface AccessLogCalls {
  /** Who has read or written what, and when, newest first. For administrators. The question itself makes an entry. */
  list(query?: AccessLogQuery, options?: CallOptions): Promise<Page<AccessLogEntry>>;
}

/** Everything that the HTTP API can do. */
export interface ChatCalls {
  readonly doctors: DoctorCalls;
  readonly patients: PatientCalls;
  readonly consultations: ConsultationCalls;
  readonly accessLog: AccessLogCalls;
}
