import type { StateReader } from '../../application/ports/state-reader.js';
import type { MemoryLog } from './memory-log.js';

export function createMemoryStateReader(log: MemoryLog): StateReader {
  return {
    consultation: async (consultationId) => log.consultation(consultationId),
    doctor: async (doctorId) => log.doctor(doctorId),
    patient: async (patientId) => log.patient(patientId),
    versions: async (streamIds) => streamIds.map((streamId) => log.stream(streamId).length),
    context: async (consultationId, owner) => {
      const { state, version } = log.consultation(consultationId);
      if (state.status === 'not_opened') return null;
      const { patientId, doctorId } = state;
      if (owner !== null && owner.id !== (owner.role === 'patient' ? patientId : doctorId)) return null;
      const doctor = log.doctor(doctorId);
      const patient = log.patient(patientId);
      if (doctor.state.status === 'not_registered' || patient.state.status === 'not_registered') return null;
      return {
        consultation: { state, version },
        doctor: { state: doctor.state, version: doctor.version },
        patient: { state: patient.state, version: patient.version },
      };
    },
  };
}
