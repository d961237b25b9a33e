import type { Sender } from '../../domain/consultation/events.js';
import type { Attendance } from './attendance.js';

/** Which of the two parties are present, here or at another process. */
export function presentParties(
  attendance: Pick<Attendance, 'present'>,
  consultationId: string,
): readonly Sender[] {
  const present = attendance.present(consultationId);
  const isHere = (party: Sender) => present.some(({ sender }) => sender === party);
  return (['user', 'doctor'] as const).filter(isHere);
}
