import type { ConsultationState } from '../../domain/consultation/consultation.js';
import * as consultation from '../../domain/consultation/consultation.js';
import type { ConsultationEvent } from '../../domain/consultation/events.js';
import type { DoctorState } from '../../domain/doctor/doctor.js';
import * as doctor from '../../domain/doctor/doctor.js';
import type { DoctorEvent } from '../../domain/doctor/events.js';
import type { PatientEvent, PatientState } from '../../domain/patient/patient.js';
import * as patient from '../../domain/patient/patient.js';
import type { Clock } from '../ports/clock.js';
import type { EventStore } from '../ports/event-store.js';
import type { Peers } from '../ports/peers.js';
import type { StateReader } from '../ports/state-reader.js';
import type { TellDoubt, TellStored } from './append-and-settle.js';
import { type CommandHandler, createCommandHandler } from './command-handler.js';

/** How many states memory keeps. One takes about 0.5 kB, and a doctor's with its compiled schedule a few kB. */
export const MAX_CACHED_CONSULTATIONS = 200_000;
export const MAX_CACHED_DOCTORS = 20_000;
export const MAX_CACHED_PATIENTS = 200_000;

export type ConsultationHandler = CommandHandler<ConsultationState, ConsultationEvent>;
export type DoctorHandler = CommandHandler<DoctorState, DoctorEvent>;
export type PatientHandler = CommandHandler<PatientState, PatientEvent>;

export interface HandlerDependencies {
  readonly eventStore: EventStore;
  readonly stateReader: StateReader;
  readonly peers: Pick<Peers, 'mayHaveStored'>;
  readonly tellStored: TellStored;
  readonly tellDoubt: TellDoubt;
  readonly clock: Clock;
}

export function createConsultationHandler(dependencies: HandlerDependencies): ConsultationHandler {
  return createCommandHandler<ConsultationState, ConsultationEvent>({
    ...dependencies,
    category: 'consultation',
    evolve: consultation.evolve,
    load: (id) => dependencies.stateReader.consultation(id),
    maxCached: MAX_CACHED_CONSULTATIONS,
  });
}

export function createDoctorHandler(dependencies: HandlerDependencies): DoctorHandler {
  return createCommandHandler<DoctorState, DoctorEvent>({
    ...dependencies,
    category: 'doctor',
    evolve: doctor.evolve,
    load: (id) => dependencies.stateReader.doctor(id),
    maxCached: MAX_CACHED_DOCTORS,
  });
}

export function createPatientHandler(dependencies: HandlerDependencies): PatientHandler {
  return createCommandHandler<PatientState, PatientEvent>({
    ...dependencies,
    category: 'patient',
    evolve: patient.evolve,
    load: (id) => dependencies.stateReader.patient(id),
    maxCached: MAX_CACHED_PATIENTS,
  });
}
