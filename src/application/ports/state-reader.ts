import type { ConsultationState, ExistingConsultation } from '../../domain/consultation/consultation.js';
import type { DoctorState, RegisteredDoctor } from '../../domain/doctor/doctor.js';
import type { PatientState } from '../../domain/patient/patient.js';
import type { StreamId } from './event-store.js';

export interface Versioned<State> {
  readonly state: State;
  /** The version of the last event folded into `state`; 0 for a stream that does not exist. */
  readonly version: number;
}

/** The states of a consultation and of the two people whose it is. */
export interface StoredContext {
  readonly consultation: Versioned<ExistingConsultation>;
  readonly doctor: Versioned<RegisteredDoctor>;
  readonly patient: Versioned<Extract<PatientState, { status: 'registered' }>>;
}

/** One of the two people whose a consultation may be. */
export interface ContextOwner {
  readonly role: 'patient' | 'doctor';
  readonly id: string;
}

/**
 * The state to decide on: equal to the fold of the stream, at a cost that does not grow with its length. Reading a
 * state that lags is safe, because the append checks the version.
 */
export interface StateReader {
  consultation(consultationId: string): Promise<Versioned<ConsultationState>>;
  doctor(doctorId: string): Promise<Versioned<DoctorState>>;
  patient(patientId: string): Promise<Versioned<PatientState>>;
  /** The version of each stream, in the order asked for, by one read; 0 for a stream that does not exist. */
  versions(streamIds: readonly StreamId[]): Promise<readonly number[]>;
  /**
   * Everything that a decision on a consultation needs, by one read. null where there is no such consultation, and in
   * the same way, after the same work, where it is not `owner`'s; null for whosever it is.
   */
  context(consultationId: string, owner: ContextOwner | null): Promise<StoredContext | null>;
}
