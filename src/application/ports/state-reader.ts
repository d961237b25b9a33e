import type { ConsultationState } from '../../domain/consultation/consultation.js';
import type { DoctorState } from '../../domain/doctor/doctor.js';
import type { PatientState } from '../../domain/patient/patient.js';

export interface Versioned<State> {
  readonly state: State;
  /** The version of the last event folded into `state`; 0 for a stream that does not exist. */
  readonly version: number;
}

/**
 * The state to decide on: equal to the fold of the stream, at a cost that does not grow with its length. Reading a
 * state that lags is safe, because the append checks the version.
 */
export interface StateReader {
  consultation(consultationId: string): Promise<Versioned<ConsultationState>>;
  doctor(doctorId: string): Promise<Versioned<DoctorState>>;
  patient(patientId: string): Promise<Versioned<PatientState>>;
}
