import { accept, type Decision, type InvalidField, invalidField, reject } from '../decision.js';
import type { Instant } from '../instant.js';
import type {
  ConsultationCommand,
  ExtendConsultation,
  MarkRead,
  OpenConsultation,
  ReopenConsultation,
  SendMessage,
} from './commands.js';
import type { ConsultationEvent, Sender } from './events.js';

interface Details {
  readonly consultationId: string;
  readonly patientId: string;
  readonly doctorId: string;
  readonly expiresAt: Instant;
  /** The `seq` of the last message; 0 before the first. */
  readonly lastSeq: number;
  /** Up to which `seq` each party has read; 0 before the first. */
  readonly readSeq: Readonly<Record<Sender, number>>;
}

export interface NotOpened {
  readonly status: 'not_opened';
}
export interface OpenState extends Details {
  readonly status: 'open';
}
export interface EndedState extends Details {
  readonly status: 'ended';
}
export interface ExpiredState extends Details {
  readonly status: 'expired';
}

export type ExistingConsultation = OpenState | EndedState | ExpiredState;
export type ConsultationState = NotOpened | ExistingConsultation;

export type ConsultationRejection =
  | { readonly code: 'consultation.already_exists' }
  | { readonly code: 'consultation.not_found' }
  | { readonly code: 'consultation.inactive' }
  | { readonly code: 'consultation.expired' }
  | { readonly code: 'consultation.not_due' }
  | { readonly code: 'consultation.still_open' }
  | { readonly code: 'doctor.unavailable' }
  | InvalidField;

export type ConsultationDecision = Decision<ConsultationEvent, ConsultationRejection>;

/** The last instant with a four-digit year in ISO 8601; much later ones cannot be written as a date at all. */
export const MAX_EXPIRES_AT: Instant = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

const NOTHING_READ = { user: 0, doctor: 0 };

export const initialConsultation: ConsultationState = { status: 'not_opened' };

/** Folds one event. If it does not fit, the state stays as it is, because the log is the truth and never refused. */
export function evolve(state: ConsultationState, event: ConsultationEvent): ConsultationState {
  if (event.type === 'ConsultationOpened')
    return { status: 'open', ...event.data, lastSeq: 0, readSeq: NOTHING_READ };
  if (state.status === 'not_opened') return state;
  switch (event.type) {
    case 'ConsultationExtended':
      return { ...state, expiresAt: event.data.expiresAt };
    case 'ConsultationEnded':
      return { ...state, status: 'ended' };
    case 'ConsultationExpired':
      return { ...state, status: 'expired' };
    case 'ConsultationReopened':
      return { ...state, status: 'open', expiresAt: event.data.expiresAt };
    case 'MessageSent':
      return { ...state, lastSeq: event.data.seq };
    case 'MessagesRead':
      return { ...state, readSeq: { ...state.readSeq, [event.data.reader]: event.data.seq } };
  }
}

/** Open for messages: active, and `expiresAt` lies after `now`. */
export function isOpenForMessages(state: ConsultationState, now: Instant): boolean {
  return state.status === 'open' && state.expiresAt > now;
}

export function decide(command: ConsultationCommand, state: ConsultationState): ConsultationDecision {
  if (command.type === 'OpenConsultation') return open(command, state);
  if (state.status === 'not_opened') return reject({ code: 'consultation.not_found' });
  if (command.type === 'ExpireConsultation') return expire(state, command.now);
  if (command.type === 'MarkRead') return markRead(command, state);
  if (command.type === 'ReopenConsultation') return reopen(command, state);
  const closed = closedReason(state, command.now);
  if (closed !== null) return reject({ code: closed });
  switch (command.type) {
    case 'ExtendConsultation':
      return extend(command, state);
    case 'EndConsultation':
      return accept({ type: 'ConsultationEnded', data: { consultationId: state.consultationId } });
    case 'SendMessage':
      return send(command, state);
  }
}

function closedReason(
  state: ExistingConsultation,
  now: Instant,
): 'consultation.inactive' | 'consultation.expired' | null {
  switch (state.status) {
    case 'ended':
      return 'consultation.inactive';
    case 'expired':
      return 'consultation.expired';
    case 'open':
      return isOpenForMessages(state, now) ? null : 'consultation.expired';
  }
}

function open(command: OpenConsultation, state: ConsultationState): ConsultationDecision {
  if (state.status !== 'not_opened') return reject({ code: 'consultation.already_exists' });
  const invalid = checkExpiry(command);
  if (invalid !== null) return reject(invalid);
  const { consultationId, patientId, doctorId, expiresAt } = command;
  return accept({ type: 'ConsultationOpened', data: { consultationId, patientId, doctorId, expiresAt } });
}

function extend(command: ExtendConsultation, state: ExistingConsultation): ConsultationDecision {
  const { expiresAt } = command;
  const invalid = checkExpiry(command);
  if (invalid !== null) return reject(invalid);
  if (expiresAt <= state.expiresAt) {
    return reject(invalidField('expiresAt', 'must lie after the present one'));
  }
  return accept({
    type: 'ConsultationExtended',
    data: { consultationId: state.consultationId, expiresAt },
  });
}

function checkExpiry({
  expiresAt,
  now,
}: {
  readonly expiresAt: Instant;
  readonly now: Instant;
}): InvalidField | null {
  if (!Number.isInteger(expiresAt) || expiresAt > MAX_EXPIRES_AT) {
    return invalidField('expiresAt', 'must be a whole millisecond not after the year 9999');
  }
  return expiresAt <= now ? invalidField('expiresAt', 'must lie in the future') : null;
}

/**
 * Expires an open consultation that has run out. The sweep may come late, twice, or after an extension, so a
 * consultation that is closed stays as it is, and one that is not due is refused.
 */
function expire(state: ExistingConsultation, now: Instant): ConsultationDecision {
  if (state.status !== 'open') return accept();
  if (state.expiresAt > now) return reject({ code: 'consultation.not_due' });
  return accept({ type: 'ConsultationExpired', data: { consultationId: state.consultationId } });
}

function reopen(command: ReopenConsultation, state: ExistingConsultation): ConsultationDecision {
  const { expiresAt, now } = command;
  if (isOpenForMessages(state, now)) return reject({ code: 'consultation.still_open' });
  const invalid = checkExpiry(command);
  if (invalid !== null) return reject(invalid);
  return accept({
    type: 'ConsultationReopened',
    data: { consultationId: state.consultationId, expiresAt },
  });
}

function send(command: SendMessage, state: ExistingConsultation): ConsultationDecision {
  if (!command.doctorIsAvailable) return reject({ code: 'doctor.unavailable' });
  const { messageId, sender, content, clientMessageId } = command;
  return accept({
    type: 'MessageSent',
    data: {
      consultationId: state.consultationId,
      messageId,
      seq: state.lastSeq + 1,
      sender,
      content,
      clientMessageId,
    },
  });
}

/**
 * Moves a read mark forward. It never goes back. A party may read after the consultation has closed, because reading
 * is not speaking.
 */
function markRead({ reader, seq }: MarkRead, state: ExistingConsultation): ConsultationDecision {
  if (seq > state.lastSeq) return reject(invalidField('seq', 'must not lie beyond the last message'));
  if (seq <= state.readSeq[reader]) return accept();
  return accept({ type: 'MessagesRead', data: { consultationId: state.consultationId, reader, seq } });
}
