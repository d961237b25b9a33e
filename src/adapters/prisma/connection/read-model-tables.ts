/**
 * The tables that are made of the log, and can be made of it again. `messages` is the last one: see where the rebuild locks
 * them.
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
