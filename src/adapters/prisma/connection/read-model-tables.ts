/**
 * The tables that are derived from the log, and can be rebuilt from it. `messages` must be the last one: see the
 * order in which the rebuild locks them.
 */
export const READ_MODELS = [
  'users',
  'doctors',
  'doctor_schedules',
  'doctor_date_overrides',
  'consultations',
  'chats',
  'messages',
] as const;
