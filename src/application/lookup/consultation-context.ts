import type { ConsultationState, ExistingConsultation } from '../../domain/consultation/consultation.js';
import type { DoctorState, RegisteredDoctor } from '../../domain/doctor/doctor.js';
import { invariant } from '../../domain/invariant.js';
import type { PatientState } from '../../domain/patient/patient.js';
import type { Caller } from '../ports/identity.js';
import type { StoredMessage } from '../ports/message-history.js';
import type { ChatMessage, ConsultationView, Parties } from '../ports/notification.js';
import type { ContextOwner, StateReader } from '../ports/state-reader.js';
import type { CachedState } from '../streams/stream-cache.js';
import type { ConsultationHandler, DoctorHandler, PatientHandler } from '../streams/stream-handlers.js';
import { type Access, accessTo } from './access.js';

/** A consultation with the two people whose it is. */
export interface ConsultationContext {
  readonly consultation: ExistingConsultation;
  readonly doctor: RegisteredDoctor;
  /** Of the doctor's stream: what the schedule was read at. */
  readonly doctorVersion: number;
  readonly parties: Parties;
}

/** A consultation as somebody reaches it. */
export interface ReachedContext {
  readonly context: ConsultationContext;
  readonly access: Access;
}

export interface ConsultationContexts {
  /** A consultation that the caller has at hand, with its two people. */
  complete(consultation: ExistingConsultation): Promise<ConsultationContext>;
  /**
   * null for a stranger as for a consultation that does not exist, after the same work: neither the answer nor its time
   * tells the one from the other.
   */
  findFor(caller: Caller, consultationId: string): Promise<ReachedContext | null>;
  /** What `findFor` would find, where all of it is in memory: a message should not wait for what is there. */
  peekFor(caller: Caller, consultationId: string): ReachedContext | null;
  /** The last stored message's `seq` as memory has it now, without waiting. */
  lastSeq(context: ConsultationContext): number;
  /**
   * The same of one that may have changed since, the doctor's schedule with it: for who has waited for something else and
   * tells how it stands. It comes from memory; only what has been pushed out meanwhile is read.
   */
  refresh(consultation: ExistingConsultation): Promise<ConsultationContext>;
}

export interface ConsultationContextsDependencies {
  readonly consultations: ConsultationHandler;
  readonly doctors: DoctorHandler;
  readonly patients: PatientHandler;
  readonly stateReader: Pick<StateReader, 'context'>;
}

export function createConsultationContexts(
  dependencies: ConsultationContextsDependencies,
): ConsultationContexts {
  const { consultations, doctors, patients, stateReader } = dependencies;

  async function complete(consultation: ExistingConsultation): Promise<ConsultationContext> {
    const { doctorId, patientId } = consultation;
    // Warm states come without a turn of the event loop; cold ones are read side by side.
    const doctor = doctors.cached(doctorId);
    const patient = patients.cachedState(patientId);
    if (doctor !== undefined && patient !== undefined) return contextOf(consultation, doctor, patient);
    const read = await Promise.all([doctors.versioned(doctorId), patients.current(patientId)]);
    const [{ state: stored, version: storedVersion }, knownPatient] = read;
    return contextOf(consultation, { stored, storedVersion }, knownPatient);
  }

  function peekFor(caller: Caller, consultationId: string): ReachedContext | null {
    const consultation = consultations.cachedState(consultationId);
    if (consultation === undefined || consultation.status === 'not_opened') return null;
    const access = accessTo(consultation, caller);
    if (access === null) return null;
    const doctor = doctors.cached(consultation.doctorId);
    const patient = patients.cachedState(consultation.patientId);
    if (doctor === undefined || patient === undefined) return null;
    return { context: contextOf(consultation, doctor, patient), access };
  }

  async function reached(caller: Caller, consultation: ConsultationState): Promise<ReachedContext | null> {
    if (consultation.status === 'not_opened') return null;
    const access = accessTo(consultation, caller);
    return access === null ? null : { context: await complete(consultation), access };
  }

  return {
    complete,
    findFor: async (caller, consultationId) => {
      const known = peekFor(caller, consultationId);
      if (known !== null) return known;
      // Cold, or a stranger: a read that shows them what is theirs, and costs the same when nothing is.
      const keepConsultation = consultations.cacheFiller();
      const keepDoctor = doctors.cacheFiller();
      const keepPatient = patients.cacheFiller();
      const stored = await stateReader.context(consultationId, ownerOf(caller));
      if (stored === null) return null;
      keepConsultation(consultationId, stored.consultation);
      keepDoctor(stored.doctor.state.doctorId, stored.doctor);
      keepPatient(stored.patient.state.patientId, stored.patient);
      return reached(caller, await consultations.current(consultationId));
    },
    peekFor,
    lastSeq: ({ consultation }) => {
      const current = consultations.cachedState(consultation.consultationId);
      return current === undefined || current.status === 'not_opened'
        ? consultation.lastSeq
        : current.lastSeq;
    },
    refresh: async ({ consultationId }) => {
      const current =
        consultations.cachedState(consultationId) ?? (await consultations.current(consultationId));
      invariant(current.status !== 'not_opened', 'a consultation that was opened stays');
      return complete(current);
    },
  };
}

function contextOf(
  consultation: ExistingConsultation,
  { stored: doctor, storedVersion: doctorVersion }: CachedState<DoctorState>,
  patient: PatientState,
): ConsultationContext {
  invariant(doctor.status === 'registered', 'the doctor of a consultation is registered');
  invariant(patient.status === 'registered', 'the patient of a consultation is registered');
  const { patientId, doctorId } = consultation;
  return {
    consultation,
    doctor,
    doctorVersion,
    parties: {
      patient: { id: patientId, name: patient.name },
      doctor: { id: doctorId, name: doctor.name },
    },
  };
}

/** Whose consultations the caller reaches; null for everybody's. */
function ownerOf(caller: Caller): ContextOwner | null {
  return caller.role === 'patient' || caller.role === 'doctor' ? { role: caller.role, id: caller.id } : null;
}

export function viewOf(consultation: ExistingConsultation, parties: Parties): ConsultationView {
  const { consultationId, status, expiresAt, readSeq } = consultation;
  return { consultationId, status, expiresAt, readSeq, ...parties };
}

/** Member by member, which is several times as fast as spreading both. */
export function chatMessage(message: StoredMessage, { patient, doctor }: Parties): ChatMessage {
  const { messageId, consultationId, seq, sender, content, clientMessageId, sentAt } = message;
  return { messageId, consultationId, seq, sender, content, clientMessageId, sentAt, patient, doctor };
}
