import type { Consultation, MessagesRead, Presence, PresentPerson } from '../protocol/wire.js';
import type { Emitter } from './emitter.js';
import { MAX_PEOPLE } from './limits.js';
import { isSamePerson } from './person.js';
import type { ReadSeq } from './read-marks.js';
import type { Joined } from './room.js';

/**
 * Whether the doctor is on duty, as far as it is known. `confirmedAt` is in epoch ms, by the clock of the device.
 * `confirmedEveryMs` is how often the server confirms it, and `timeZone` is the IANA name of the schedule's time zone.
 * Both are missing if the server does not tell them.
 */
export type DoctorAvailability =
  | { readonly state: 'unknown' }
  | ({ readonly state: 'open'; readonly confirmedAt: number } & ScheduleFacts)
  | ({ readonly state: 'closed'; readonly nextOpeningAt: string | null } & ScheduleFacts);

interface ScheduleFacts {
  readonly confirmedEveryMs?: number | undefined;
  readonly timeZone?: string | undefined;
}

/** Who came or went; null if the whole list was replaced. */
export type PresenceChange =
  | (PresentPerson & { readonly change: 'joined' | 'left'; readonly at: string })
  | null;

/** The emitters, one for each kind of change. */
export interface SnapshotEmitters {
  readonly doctor: Emitter<[DoctorAvailability]>;
  readonly presence: Emitter<[readonly PresentPerson[], PresenceChange]>;
  readonly read: Emitter<[ReadSeq]>;
  readonly updated: Emitter<[Consultation]>;
}

/** Keeps what the server last told of a consultation, except its messages. */
export interface ConsultationSnapshot {
  consultation(): Consultation | null;
  doctor(): DoctorAvailability;
  present(): readonly PresentPerson[];
  readSeq(): ReadSeq;
  joined(joined: Joined, isOtherHistory: boolean): void;
  updated(consultation: Consultation): void;
  doctorOpen(): void;
  doctorClosed(nextOpeningAt: string | null): void;
  cameOrWent(change: 'joined' | 'left', presence: Presence): void;
  read(read: Pick<MessagesRead, 'reader' | 'seq'>): void;
}

export function createConsultationSnapshot(now: () => number, on: SnapshotEmitters): ConsultationSnapshot {
  let consultation: Consultation | null = null;
  let doctor: DoctorAvailability = { state: 'unknown' };
  let facts: ScheduleFacts = {};
  let present: readonly PresentPerson[] = [];
  let readSeq: ReadSeq = { user: 0, doctor: 0 };

  function setDoctor(next: DoctorAvailability): void {
    doctor = next;
    on.doctor.emit(next);
  }

  /** Moves the marks forward. They never go back, in whatever order they arrive. */
  function advance({ user, doctor: byDoctor }: ReadSeq): void {
    const next = { user: Math.max(readSeq.user, user), doctor: Math.max(readSeq.doctor, byDoctor) };
    if (next.user === readSeq.user && next.doctor === readSeq.doctor) return;
    readSeq = next;
    on.read.emit(next);
  }

  const doctorOpen = (): void => setDoctor({ ...facts, state: 'open', confirmedAt: now() });
  const doctorClosed = (nextOpeningAt: string | null): void =>
    setDoctor({ ...facts, state: 'closed', nextOpeningAt });

  return {
    consultation: () => consultation,
    doctor: () => doctor,
    present: () => present,
    readSeq: () => readSeq,
    joined: (joined, isOtherHistory) => {
      consultation = joined.consultation;
      present = joined.present.slice(0, MAX_PEOPLE);
      if (isOtherHistory) readSeq = { user: 0, doctor: 0 };
      const { open, nextOpeningAt, timeZone, noticeIntervalMs: confirmedEveryMs } = joined.doctor;
      facts = { confirmedEveryMs, timeZone };
      if (open) doctorOpen();
      else doctorClosed(nextOpeningAt);
      on.presence.emit(present, null);
      advance(consultation.readSeq);
    },
    updated: (next) => {
      consultation = next;
      on.updated.emit(next);
      advance(next.readSeq);
    },
    doctorOpen,
    doctorClosed,
    cameOrWent: (change, { userId, sender, at }) => {
      const who = { userId, sender };
      const others = present.filter((person) => !isSamePerson(person, who));
      present = change === 'left' ? others : [...others, who].slice(-MAX_PEOPLE);
      on.presence.emit(present, { ...who, change, at });
    },
    read: ({ reader, seq }) => advance({ ...readSeq, [reader]: seq }),
  };
}
