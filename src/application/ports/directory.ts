import type { ExistingConsultation } from '../../domain/consultation/consultation.js';
import type { RegisteredDoctor } from '../../domain/doctor/doctor.js';
import type { ConsultationView } from './notification.js';
import type { Versioned } from './state-reader.js';

/**
 * Lists of the people and consultations that exist, a page at a time. Ids have one order, the storage's own, which is
 * the same for every page: a caller who reads on from the last id of each page meets everything once that existed all
 * the time.
 */
export interface Directory {
  /** Doctors with an id behind `after`; from the start when it is null. */
  doctors(after: string | null, limit: number): Promise<readonly Versioned<RegisteredDoctor>[]>;
  patients(after: string | null, limit: number): Promise<readonly Versioned<RegisteredPatient>[]>;
  consultations(
    filter: ConsultationFilter,
    after: string | null,
    limit: number,
  ): Promise<readonly Versioned<ConsultationView>[]>;
}

export interface RegisteredPatient {
  readonly patientId: string;
  readonly name: string;
}

/** What is found meets every condition that is not null. */
export interface ConsultationFilter {
  readonly patientId: string | null;
  readonly doctorId: string | null;
  readonly status: ExistingConsultation['status'] | null;
}
