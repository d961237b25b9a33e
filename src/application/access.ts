import type { ExistingConsultation } from '../domain/consultation/consultation.js';
import type { Sender } from '../domain/consultation/events.js';
import type { Parties } from './notification.js';
import type { Reader } from './ports/access-log.js';
import type { Caller } from './ports/identity.js';
import type { Requester } from './requester.js';

/** As what somebody reaches a consultation. */
export type Access =
  | { readonly kind: 'party'; readonly sender: Sender }
  /** Manages and reads, and never speaks. */
  | { readonly kind: 'admin' }
  /** Demo mode: the party that they say they are. */
  | { readonly kind: 'anyone' };

const PATIENT: Access = { kind: 'party', sender: 'user' };
const DOCTOR: Access = { kind: 'party', sender: 'doctor' };
const ADMIN: Access = { kind: 'admin' };
const ANYONE: Access = { kind: 'anyone' };

/** null for a stranger, to whom the consultation does not exist. */
export function accessTo(consultation: ExistingConsultation, caller: Caller): Access | null {
  switch (caller.role) {
    case 'patient':
      return consultation.patientId === caller.id ? PATIENT : null;
    case 'doctor':
      return consultation.doctorId === caller.id ? DOCTOR : null;
    case 'admin':
      return ADMIN;
    case 'anyone':
      return ANYONE;
  }
}

/** Whether they may speak, or be present, as that party. */
export function mayBe(access: Access, sender: Sender): boolean {
  return access.kind === 'anyone' || (access.kind === 'party' && access.sender === sender);
}

/** As whom somebody reads, for the access log. `claimed` is what a caller of demo mode says of themselves. */
export function readerOf({ caller, requestId }: Requester, parties: Parties, claimed: Sender | null): Reader {
  if (caller.role !== 'anyone') return { kind: caller.role, id: caller.id };
  switch (claimed) {
    case 'user':
      return { kind: 'patient', id: parties.patient.id };
    case 'doctor':
      return { kind: 'doctor', id: parties.doctor.id };
    case null:
      return { kind: 'anyone', id: requestId };
  }
}
