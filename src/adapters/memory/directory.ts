import { type ConsultationFilter, type Directory, placeOf } from '../../application/ports/directory.js';
import type { ConsultationSummary, ConsultationView } from '../../application/ports/notification.js';
import type { Versioned } from '../../application/ports/state-reader.js';
import type { ExistingConsultation } from '../../domain/consultation/consultation.js';
import { invariant } from '../../domain/invariant.js';
import type { MemoryLog } from './memory-log.js';
import { compareBy, comparePlaces, summaryOf } from './summaries.js';

/** Sorts everything for each page. This is meant for tests, where that is little. */
export function createMemoryDirectory(log: MemoryLog): Directory {
  function viewOf(consultation: ExistingConsultation): ConsultationView {
    const { consultationId, status, expiresAt, readSeq, doctorId, patientId } = consultation;
    const { state: doctor } = log.doctor(doctorId);
    const { state: patient } = log.patient(patientId);
    invariant(doctor.status === 'registered', 'the doctor of a consultation is registered');
    invariant(patient.status === 'registered', 'the patient of a consultation is registered');
    return {
      consultationId,
      status,
      expiresAt,
      readSeq,
      patient: { id: patientId, name: patient.name },
      doctor: { id: doctorId, name: doctor.name },
    };
  }

  return {
    doctors: async (after, limit) => {
      const doctors = [...log.doctors()].flatMap(({ state, version }) =>
        state.status === 'registered' ? [{ state, version }] : [],
      );
      return pageOf(doctors, ({ doctorId }) => doctorId, after, limit);
    },
    patients: async (after, limit) => {
      const patients = [...log.patients()].flatMap(({ state, version }) =>
        state.status === 'registered'
          ? [{ state: { patientId: state.patientId, name: state.name }, version }]
          : [],
      );
      return pageOf(patients, ({ patientId }) => patientId, after, limit);
    },
    consultations: async (filter, after, limit) => {
      const consultations = [...log.consultations()].flatMap(({ state, version }) =>
        state.status !== 'not_opened' && passes(state, filter) ? [{ state: viewOf(state), version }] : [],
      );
      return pageOf(consultations, ({ consultationId }) => consultationId, after, limit);
    },
    summaries: async ({ filter, order, unreadBy, after }, limit) => {
      const isBehind = (summary: ConsultationSummary) =>
        after === null || comparePlaces(placeOf(order, summary), after) > 0;
      return [...log.consultations()]
        .flatMap(({ state, version }) =>
          state.status !== 'not_opened' && passes(state, filter)
            ? [{ state: summaryOf(log, viewOf(state)), version }]
            : [],
        )
        .filter(({ state }) => isBehind(state) && (unreadBy === null || state.unread[unreadBy] > 0))
        .sort((one, other) => compareBy(order)(one.state, other.state))
        .slice(0, limit);
    },
    summariesOf: async (ids) =>
      [...new Set(ids)].flatMap((id) => {
        const { state, version } = log.consultation(id);
        return state.status === 'not_opened' ? [] : [{ state: summaryOf(log, viewOf(state)), version }];
      }),
  };
}

function passes(consultation: ExistingConsultation, filter: ConsultationFilter): boolean {
  const { patientId, doctorId, status } = filter;
  return (
    (patientId === null || consultation.patientId === patientId) &&
    (doctorId === null || consultation.doctorId === doctorId) &&
    (status === null || consultation.status === status)
  );
}

function pageOf<State>(
  all: readonly Versioned<State>[],
  idOf: (state: State) => string,
  after: string | null,
  limit: number,
): readonly Versioned<State>[] {
  return all
    .filter(({ state }) => after === null || idOf(state) > after)
    .sort((a, b) => (idOf(a.state) < idOf(b.state) ? -1 : 1))
    .slice(0, limit);
}
