import { ALL_DAYS, type CaseGroup, hours, intervals, points, schedule, WORKDAYS } from '../schedule-case.js';

/** Ends inclusive to the minute, windows across midnight, windows that end before they start, the week's own edges. */
export const windowCases: CaseGroup = {
  schedules: {
    office: schedule('Europe/Vienna', hours(WORKDAYS, '09:00-17:00')),
    'whole-monday': schedule('Europe/Vienna', hours([1], '00:00-23:59')),
    'whole-week': schedule('Europe/Vienna', hours(ALL_DAYS, '00:00-23:59')),
    'whole-week-by-night': schedule('UTC', hours(ALL_DAYS, '12:00-11:59')),
    never: schedule('Europe/Vienna', []),
    'monday-night': schedule('Europe/Vienna', hours([1], '22:00-06:00')),
    'saturday-night': schedule('America/New_York', hours([6], '20:00-04:00')),
    'every-night': schedule('Europe/Vienna', hours(ALL_DAYS, '22:00-06:00')),
    'one-minute': schedule('UTC', hours([3], '09:00-09:00')),
    'last-minute': schedule('UTC', hours([3], '23:59-23:59')),
    'last-minute-into-next': schedule('UTC', hours([3], '23:59-00:00')),
    'first-minute': schedule('UTC', hours([3], '00:00-00:00')),
    'almost-a-day': schedule('UTC', hours([3], '00:01-00:00')),
    'around-the-clock-once': schedule('UTC', hours([3], '12:00-11:59')),
    touching: schedule('UTC', hours([1], '09:00-11:59', '12:00-17:00')),
    'apart-by-a-minute': schedule('UTC', hours([1], '09:00-11:59', '12:01-17:00')),
    overlapping: schedule('UTC', hours([1], '09:00-13:00', '11:00-17:00', '12:00-12:30')),
    'night-into-morning': schedule('UTC', [...hours([1], '22:00-06:00'), ...hours([2], '05:00-09:00')]),
    'night-into-day': schedule('UTC', [...hours([1], '22:00-23:59'), ...hours([2], '00:00-06:00')]),
    'split-shift': schedule('Asia/Kolkata', hours(WORKDAYS, '08:30-12:00', '14:00-18:30')),
  },
  points: points(`
    office | opens at the first millisecond of its start | 2026-06-01 07:00 | open | 2026-06-02 07:00 | 2026-06-01 15:01
    office | closed one millisecond before its start | 2026-06-01 06:59:59.999 | closed | 2026-06-01 07:00 | 2026-06-01 15:01
    office | open through the last minute | 2026-06-01 15:00 | open | 2026-06-02 07:00 | 2026-06-01 15:01
    office | open in the last millisecond of the last minute | 2026-06-01 15:00:59.999 | open | 2026-06-02 07:00 | 2026-06-01 15:01
    office | closed when the last minute is over | 2026-06-01 15:01 | closed | 2026-06-02 07:00 | 2026-06-02 15:01
    office | Friday evening looks to Monday | 2026-06-05 15:01 | closed | 2026-06-08 07:00 | 2026-06-08 15:01
    office | Sunday looks to Monday | 2026-06-07 12:00 | closed | 2026-06-08 07:00 | 2026-06-08 15:01
    office | before 1970 | 1969-12-31 15:59:59.999 | open | 1970-01-01 08:00 | 1969-12-31 16:01
    office | the epoch itself | 1970-01-01 00:00 | closed | 1970-01-01 08:00 | 1970-01-01 16:01
    whole-monday | a whole day is open in its last minute | 2026-06-01 21:59:59.999 | open | 2026-06-07 22:00 | 2026-06-01 22:00
    whole-monday | a whole day closes at midnight | 2026-06-01 22:00 | closed | 2026-06-07 22:00 | 2026-06-08 22:00
    whole-week | whole days leave no gap at midnight | 2026-06-01 21:59:59.999 | open | never | never
    never | no window, no opening | 2026-06-01 12:00 | closed | never | never
    monday-night | closed before the night begins | 2026-06-01 19:59:59.999 | closed | 2026-06-01 20:00 | 2026-06-02 04:01
    monday-night | open as the night begins | 2026-06-01 20:00 | open | 2026-06-08 20:00 | 2026-06-02 04:01
    monday-night | open before midnight | 2026-06-01 21:59:59.999 | open | 2026-06-08 20:00 | 2026-06-02 04:01
    monday-night | open after midnight | 2026-06-01 22:00 | open | 2026-06-08 20:00 | 2026-06-02 04:01
    monday-night | open in the last minute of the morning after | 2026-06-02 04:00:59.999 | open | 2026-06-08 20:00 | 2026-06-02 04:01
    monday-night | closed after the tail | 2026-06-02 04:01 | closed | 2026-06-08 20:00 | 2026-06-09 04:01
    monday-night | closed on the night of the next day | 2026-06-02 20:30 | closed | 2026-06-08 20:00 | 2026-06-09 04:01
    monday-night | closed in the early morning of its own day | 2026-05-31 22:30 | closed | 2026-06-01 20:00 | 2026-06-02 04:01
    saturday-night | Saturday night runs into Sunday | 2026-06-07 05:00 | open | 2026-06-14 00:00 | 2026-06-07 08:01
    saturday-night | Sunday evening is not Saturday night | 2026-06-08 01:00 | closed | 2026-06-14 00:00 | 2026-06-14 08:01
    every-night | between two nights | 2026-06-03 10:00 | closed | 2026-06-03 20:00 | 2026-06-04 04:01
    one-minute | a window of one minute is open | 2026-06-03 09:00:59.999 | open | 2026-06-10 09:00 | 2026-06-03 09:01
    one-minute | a window of one minute is over | 2026-06-03 09:01 | closed | 2026-06-10 09:00 | 2026-06-10 09:01
    last-minute | the last minute of the day is a minute | 2026-06-03 23:59:59.999 | open | 2026-06-10 23:59 | 2026-06-04 00:00
    last-minute | the last minute of the day is over at midnight | 2026-06-04 00:00 | closed | 2026-06-10 23:59 | 2026-06-11 00:00
    last-minute-into-next | two minutes around midnight | 2026-06-04 00:00:59.999 | open | 2026-06-10 23:59 | 2026-06-04 00:01
    first-minute | the first minute of the day | 2026-06-03 00:00 | open | 2026-06-10 00:00 | 2026-06-03 00:01
    almost-a-day | ends a minute before it starts: not yet | 2026-06-03 00:00:30 | closed | 2026-06-03 00:01 | 2026-06-04 00:01
    almost-a-day | ends a minute before it starts: to the end | 2026-06-04 00:00:59.999 | open | 2026-06-10 00:01 | 2026-06-04 00:01
    around-the-clock-once | twenty-four hours from noon | 2026-06-04 11:59:59.999 | open | 2026-06-10 12:00 | 2026-06-04 12:00
    touching | no gap where one window follows the other | 2026-06-01 11:59:59.999 | open | 2026-06-08 09:00 | 2026-06-01 17:01
    apart-by-a-minute | a gap of one minute | 2026-06-01 12:00 | closed | 2026-06-01 12:01 | 2026-06-01 17:01
    overlapping | overlapping windows close with the last | 2026-06-01 12:15 | open | 2026-06-08 09:00 | 2026-06-01 17:01
    night-into-morning | a night that a morning window prolongs | 2026-06-02 06:00:30 | open | 2026-06-08 22:00 | 2026-06-02 09:01
    split-shift | half-hour zone, between the shifts | 2026-06-01 07:00 | closed | 2026-06-01 08:30 | 2026-06-01 13:01
    split-shift | half-hour zone, first shift | 2026-06-01 03:00 | open | 2026-06-01 08:30 | 2026-06-01 06:31
  `),
  intervals: [
    intervals('office', 'a working week', '2026-06-01 00:00', '2026-06-08 00:00', [
      '2026-06-01 07:00 / 2026-06-01 15:01',
      '2026-06-02 07:00 / 2026-06-02 15:01',
      '2026-06-03 07:00 / 2026-06-03 15:01',
      '2026-06-04 07:00 / 2026-06-04 15:01',
      '2026-06-05 07:00 / 2026-06-05 15:01',
    ]),
    intervals(
      'office',
      'cut at both ends of the range',
      '2026-06-01 10:00:00.500',
      '2026-06-02 07:00:00.001',
      ['2026-06-01 10:00:00.500 / 2026-06-01 15:01', '2026-06-02 07:00 / 2026-06-02 07:00:00.001'],
    ),
    intervals('office', 'the end of the range is outside', '2026-06-01 15:01', '2026-06-02 07:00', []),
    intervals('office', 'an empty range', '2026-06-01 10:00', '2026-06-01 10:00', []),
    intervals('office', 'a range that runs backwards', '2026-06-02 10:00', '2026-06-01 10:00', []),
    intervals('whole-week', 'one span for days that touch', '2026-03-01 00:00', '2026-04-30 00:00', [
      '2026-03-01 00:00 / 2026-04-30 00:00',
    ]),
    intervals(
      'whole-week-by-night',
      'one span for nights that touch',
      '2026-06-01 00:00',
      '2026-06-04 00:00',
      ['2026-06-01 00:00 / 2026-06-04 00:00'],
    ),
    intervals('never', 'nothing', '2026-06-01 00:00', '2026-06-30 00:00', []),
    intervals('monday-night', 'one span across midnight', '2026-06-01 00:00', '2026-06-08 00:00', [
      '2026-06-01 20:00 / 2026-06-02 04:01',
    ]),
    intervals('saturday-night', 'across the end of the week', '2026-06-06 00:00', '2026-06-08 00:00', [
      '2026-06-07 00:00 / 2026-06-07 08:01',
    ]),
    intervals('touching', 'two windows, one span', '2026-06-01 00:00', '2026-06-02 00:00', [
      '2026-06-01 09:00 / 2026-06-01 17:01',
    ]),
    intervals('apart-by-a-minute', 'two windows, two spans', '2026-06-01 00:00', '2026-06-02 00:00', [
      '2026-06-01 09:00 / 2026-06-01 12:00',
      '2026-06-01 12:01 / 2026-06-01 17:01',
    ]),
    intervals('night-into-day', 'two windows that meet at midnight', '2026-06-01 00:00', '2026-06-03 00:00', [
      '2026-06-01 22:00 / 2026-06-02 06:01',
    ]),
    intervals('almost-a-day', 'ends a minute before it starts', '2026-06-01 00:00', '2026-06-08 00:00', [
      '2026-06-03 00:01 / 2026-06-04 00:01',
    ]),
  ],
};
