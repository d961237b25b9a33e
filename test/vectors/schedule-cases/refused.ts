import { dates, hours, type RefusedCase, schedule } from '../schedule-case.js';

const monday = { dayOfWeek: 1, startTime: '09:00', endTime: '17:00' };
const day = '2026-06-10';

function week(
  ...windows: { dayOfWeek: number; startTime: string; endTime: string }[]
): RefusedCase['schedule'] {
  return schedule('Europe/Vienna', windows);
}

/** One window a minute, so that no two are the same. */
function manyWindows(count: number): string[] {
  return Array.from({ length: count }, (_, minute) => `00:${String(minute).padStart(2, '0')}-12:00`);
}

/** The limit on the number of dates is tested where it is defined: it would fill the corpus. */
export const refusedCases: readonly RefusedCase[] = [
  { name: 'a zone that is not there', schedule: schedule('Europe/Atlantis', []), field: 'timeZone' },
  { name: 'no zone', schedule: schedule('', []), field: 'timeZone' },
  { name: 'an offset is no zone', schedule: schedule('+02:00', []), field: 'timeZone' },
  { name: 'UTC with an offset is no zone', schedule: schedule('UTC+2', []), field: 'timeZone' },
  { name: 'BST is no IANA name', schedule: schedule('BST', []), field: 'timeZone' },
  { name: 'space around a zone', schedule: schedule(' Europe/Vienna', []), field: 'timeZone' },
  { name: '24:00', schedule: week(monday, { ...monday, endTime: '24:00' }), field: 'windows.1.endTime' },
  {
    name: '9:00',
    schedule: week(monday, monday, { ...monday, startTime: '9:00' }),
    field: 'windows.2.startTime',
  },
  { name: '09:60', schedule: week({ ...monday, startTime: '09:60' }), field: 'windows.0.startTime' },
  { name: '09:00:00', schedule: week({ ...monday, endTime: '09:00:00' }), field: 'windows.0.endTime' },
  {
    name: 'a line break after a time',
    schedule: week({ ...monday, endTime: '17:00\n' }),
    field: 'windows.0.endTime',
  },
  {
    name: 'digits of another script',
    schedule: week({ ...monday, endTime: '١٧:٠٠' }),
    field: 'windows.0.endTime',
  },
  { name: 'day 7', schedule: week({ ...monday, dayOfWeek: 7 }), field: 'windows.0.dayOfWeek' },
  { name: 'day -1', schedule: week({ ...monday, dayOfWeek: -1 }), field: 'windows.0.dayOfWeek' },
  { name: 'half a day', schedule: week({ ...monday, dayOfWeek: 1.5 }), field: 'windows.0.dayOfWeek' },
  {
    name: 'the same window twice',
    schedule: week(monday, { ...monday, dayOfWeek: 2 }, monday),
    field: 'windows.2',
  },
  { name: 'fifty-one windows', schedule: schedule('UTC', hours([1], ...manyWindows(51))), field: 'windows' },
  {
    name: '30 February',
    schedule: schedule('UTC', [], dates({ '2026-02-30': [] })),
    field: 'overrides.0.date',
  },
  {
    name: '29 February of a common year',
    schedule: schedule('UTC', [], dates({ [day]: [], '2027-02-29': [] })),
    field: 'overrides.1.date',
  },
  { name: 'month 13', schedule: schedule('UTC', [], dates({ '2026-13-01': [] })), field: 'overrides.0.date' },
  { name: 'day 0', schedule: schedule('UTC', [], dates({ '2026-01-00': [] })), field: 'overrides.0.date' },
  {
    name: 'a date without its zeros',
    schedule: schedule('UTC', [], dates({ '2026-6-1': [] })),
    field: 'overrides.0.date',
  },
  {
    name: 'a date with a time',
    schedule: schedule('UTC', [], dates({ '2026-06-01T00:00': [] })),
    field: 'overrides.0.date',
  },
  {
    name: '24:00 on a date',
    schedule: schedule('UTC', [], dates({ [day]: ['00:00-24:00'] })),
    field: 'overrides.0.windows.0.endTime',
  },
  {
    name: 'the same window twice on a date',
    schedule: schedule('UTC', [], dates({ [day]: ['09:00-10:00', '09:00-10:00'] })),
    field: 'overrides.0.windows.1',
  },
  {
    name: 'two overrides for a date',
    schedule: schedule('UTC', [], [...dates({ [day]: [] }), ...dates({ [day]: ['09:00-10:00'] })]),
    field: 'overrides.1',
  },
];
