import type { ExistingConsultation } from '../../domain/consultation/consultation.js';
import type { Sender } from '../../domain/consultation/events.js';
import type { Reader } from '../ports/access-log.js';
import type { ConnectionId } from '../ports/broadcaster.js';
import type { Actor } from '../ports/event-store.js';
import type { Caller } from '../ports/identity.js';
import type { Parties } from '../ports/notification.js';
import type { Attendee } from './attendee.js';
import type { Requester } from './requester.js';

/** The capacity in which somebody reaches a consultation. */
export type Access =
  | { readonly kind: 'party'; readonly sender: Sender }
  /** Administrators manage and read, and never speak. */
  | { readonly kind: 'admin' }
  /** Demo mode: whoever the caller claims to be. */
  | { readonly kind: 'anyone' };

const PATIENT: Access = { kind: 'party', sender: 'user' };
const DOCTOR: Access = { kind: 'party', sender: 'doctor' };
const ADMIN: Access = { kind: 'admin' };
const ANYONE: Access = { kind: 'anyone' };

/** The access that a caller has to a consultation; null for a stranger, to whom it does not exist. */
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

/** Whether the caller may speak, or be present, as that party. */
export function mayBe(access: Access, sender: Sender): boolean {
  return access.kind === 'anyone' || (access.kind === 'party' && access.sender === sender);
}

/** The person who speaks or reads as `sender`. */
export function partyOf(parties: Parties, sender: Sender): Actor {
  return sender === 'user'
    ? { kind: 'patient', id: parties.patient.id }
    : { kind: 'doctor', id: parties.doctor.id };
}

/** Who reads, as the access log names them. `claimed` is the party that a caller in demo mode claims to be. */
export function readerOf(
  { caller, requestId }: Requester,
  parties: Parties | null = null,
  claimed: Sender | null = null,
): Reader {
  if (caller.role !== 'anyone') return { kind: caller.role, id: caller.id };
  if (parties === null || claimed === null) return { kind: 'anyone', id: requestId };
  return partyOf(parties, claimed);
}

/** Who reads, as the access log names them, if it is somebody present in a room. */
export function readerPresent({ sender, userId }: Attendee, connectionId: ConnectionId): Reader {
  switch (sender) {
    case 'user':
      return { kind: 'patient', id: userId };
    case 'doctor':
      return { kind: 'doctor', id: userId };
    case null:
      // In demo mode, somebody who has not said who they are is known by the connection's id, which no client can
      // choose.
      return { kind: userId === connectionId ? 'anyone' : 'admin', id: userId };
  }
}
