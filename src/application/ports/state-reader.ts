import type { ConsultationState, ExistingConsultation } from '../../domain/consultation/consultation.js';
import type { DoctorState, RegisteredDoctor } from '../../domain/doctor/doctor.js';
import type { PatientState } from '../../domain/patient/patient.js';
import type { StreamId } from './event-store.js';

export interface Versioned<State> {
  readonly state: State;
  /** The version of the last event folded into `state`; 0 for a stream that does not exist. */
  readonly version: number;
}

/** The states of a consultation and of its two people. */
export interface StoredContext {
  readonly consultation: Versioned<ExistingConsultation>;
  readonly doctor: Versioned<RegisteredDoctor>;
  readonly patient: Versioned<Extract<PatientState, { status: 'registered' }>>;
}

/** A patient or a doctor whose consultations are looked for. */
export interface ContextOwner {
  readonly role: 'patient' | 'doctor';
  readonly id: string;
}

/**
 * Reads the state on which a command is decided. It equals the fold of the stream, at a cost that does not grow with
 * the stream's length. A state that lags behind is safe to read, because the append checks the version.
 */
export interface StateReader {
  consultation(consultationId: string): Promise<Versioned<ConsultationState>>;
  doctor(doctorId: string): Promise<Versioned<DoctorState>>;
  patient(patientId: string): Promise<Versioned<PatientState>>;
  /**
   * The version of each stream, in the order in which they are asked for, by one read; 0 for a stream that does not
   * exist.
   */
  versions(streamIds: readonly StreamId[]): Promise<readonly number[]>;
  /**
   * Reads everything that a decision on a consultation needs, at once. Returns null if the consultation does not exist,
   * and also, after the same work, if it is not the owner's.
   *
   * @param owner null to find the consultation whoever owns it.
   */
  context(consultationId: string, owner: ContextOwner | null): Promise<StoredContext | null>;
}
