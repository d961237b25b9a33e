import type { StateReader } from '../../application/ports/state-reader.js';
import type { MemoryLog } from './memory-log.js';

export function createMemoryStateReader(log: MemoryLog): StateReader {
  return {
    consultation: async (consultationId) => log.consultation(consultationId),
    doctor: async (doctorId) => log.doctor(doctorId),
    patient: async (patientId) => log.patient(patientId),
  };
}
