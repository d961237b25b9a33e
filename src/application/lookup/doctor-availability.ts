import type { RegisteredDoctor } from '../../domain/doctor/doctor.js';
import { type CompiledSchedule, compileSchedule } from '../../domain/schedule/compiled-schedule.js';
import type { Schedule } from '../../domain/schedule/schedule.js';

/** The one evaluator, ready for this doctor's present schedule. */
export type DoctorAvailability = (doctor: RegisteredDoctor) => CompiledSchedule;

/** Compiles each schedule once; the compiled form lives exactly as long as the schedule that it was made from. */
export function createDoctorAvailability(): DoctorAvailability {
  const compiled = new WeakMap<Schedule, CompiledSchedule>();
  return ({ schedule }) => {
    let evaluator = compiled.get(schedule);
    if (evaluator === undefined) {
      evaluator = compileSchedule(schedule);
      compiled.set(schedule, evaluator);
    }
    return evaluator;
  };
}
