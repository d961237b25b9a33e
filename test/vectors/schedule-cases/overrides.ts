import {
  ALL_DAYS,
  type CaseGroup,
  dates,
  hours,
  intervals,
  points,
  schedule,
  WORKDAYS,
} from '../schedule-case.js';

/** Holidays and special clinics: an override replaces what starts on its date, and nothing else. */
export const overrideCases: CaseGroup = {
  schedules: {
    'office-with-holidays': schedule(
      'Europe/Vienna',
      hours(WORKDAYS, '09:00-17:00'),
      dates({
        '2026-12-24': ['09:00-12:00'],
        '2026-12-25': [],
        '2026-12-26': ['10:00-11:00'],
        '2027-01-01': [],
      }),
    ),
    'nights-with-holiday': schedule(
      'Europe/Vienna',
      hours(ALL_DAYS, '22:00-06:00'),
      dates({ '2026-12-25': [] }),
    ),
    'override-runs-past-midnight': schedule(
      'Europe/Vienna',
      hours(WORKDAYS, '09:00-17:00'),
      dates({ '2026-12-31': ['20:00-03:00'], '2027-01-01': [] }),
    ),
    'only-an-override': schedule('Asia/Tokyo', [], dates({ '2026-06-10': ['09:00-17:00'] })),
    'override-on-leap-day': schedule('UTC', [], dates({ '2028-02-29': ['09:00-17:00'] })),
    'open-but-for-one-date': schedule(
      'Pacific/Auckland',
      hours(ALL_DAYS, '00:00-23:59'),
      dates({ '2026-06-10': [] }),
    ),
    'two-windows-on-the-date': schedule(
      'UTC',
      hours(ALL_DAYS, '08:00-20:00'),
      dates({ '2026-06-10': ['14:00-15:00', '10:00-11:00', '10:30-12:00'] }),
    ),
    'weekly-tail-joins-override': schedule(
      'UTC',
      hours([2], '22:00-06:00'),
      dates({ '2026-06-10': ['06:01-09:00'] }),
    ),
    'beyond-the-horizon': schedule('UTC', [], dates({ '2027-06-03': ['00:00-08:00'] })),
  },
  points: points(`
    office-with-holidays | a holiday that is a working day is closed | 2026-12-25 10:00 | closed | 2026-12-26 09:00 | 2026-12-26 10:01
    office-with-holidays | shorter hours on the date | 2026-12-24 11:00:59.999 | open | 2026-12-26 09:00 | 2026-12-24 11:01
    office-with-holidays | the weekday hours are replaced, not joined | 2026-12-24 13:00 | closed | 2026-12-26 09:00 | 2026-12-26 10:01
    office-with-holidays | a special clinic on a Saturday | 2026-12-26 09:30 | open | 2026-12-28 08:00 | 2026-12-26 10:01
    office-with-holidays | the evening before a closed date looks past it | 2026-12-31 16:01 | closed | 2027-01-04 08:00 | 2027-01-04 16:01
    office-with-holidays | the day before is as ever | 2026-12-23 10:00 | open | 2026-12-24 08:00 | 2026-12-23 16:01
    nights-with-holiday | the tail of the night before still runs on a closed date | 2026-12-25 04:00 | open | 2026-12-26 21:00 | 2026-12-25 05:01
    nights-with-holiday | the night of the closed date does not begin | 2026-12-25 21:30 | closed | 2026-12-26 21:00 | 2026-12-27 05:01
    nights-with-holiday | the closed date leaves no tail | 2026-12-26 03:00 | closed | 2026-12-26 21:00 | 2026-12-27 05:01
    override-runs-past-midnight | the tail of an override runs into a closed date | 2027-01-01 01:59:59.999 | open | 2027-01-04 08:00 | 2027-01-01 02:01
    override-runs-past-midnight | and ends with its last minute | 2027-01-01 02:01 | closed | 2027-01-04 08:00 | 2027-01-04 16:01
    override-runs-past-midnight | the replaced hours of the date | 2026-12-31 10:00 | closed | 2026-12-31 19:00 | 2027-01-01 02:01
    only-an-override | looks forward to its only date | 2026-06-01 00:00 | closed | 2026-06-10 00:00 | 2026-06-10 08:01
    override-on-leap-day | the 29th of February | 2028-02-28 16:00 | closed | 2028-02-29 09:00 | 2028-02-29 17:01
    open-but-for-one-date | before the one closed date | 2026-06-01 00:00 | open | 2026-06-10 12:00 | 2026-06-09 12:00
    open-but-for-one-date | on the one closed date | 2026-06-09 12:00 | closed | 2026-06-10 12:00 | ?
    weekly-tail-joins-override | a tail that an override prolongs | 2026-06-10 06:00:30 | open | 2026-06-16 22:00 | 2026-06-10 09:01
    beyond-the-horizon | opens exactly 366 days from now | 2026-06-02 00:00 | closed | 2027-06-03 00:00 | never
    beyond-the-horizon | opens a millisecond beyond 366 days | 2026-06-01 23:59:59.999 | closed | never | never
  `),
  intervals: [
    intervals('office-with-holidays', 'Christmas week', '2026-12-23 12:00', '2026-12-29 00:00', [
      '2026-12-23 12:00 / 2026-12-23 16:01',
      '2026-12-24 08:00 / 2026-12-24 11:01',
      '2026-12-26 09:00 / 2026-12-26 10:01',
      '2026-12-28 08:00 / 2026-12-28 16:01',
    ]),
    intervals('nights-with-holiday', 'one night is missing', '2026-12-24 12:00', '2026-12-27 12:00', [
      '2026-12-24 21:00 / 2026-12-25 05:01',
      '2026-12-26 21:00 / 2026-12-27 05:01',
    ]),
    intervals('override-runs-past-midnight', 'New Year', '2026-12-30 12:00', '2027-01-04 12:00', [
      '2026-12-30 12:00 / 2026-12-30 16:01',
      '2026-12-31 19:00 / 2027-01-01 02:01',
      '2027-01-04 08:00 / 2027-01-04 12:00',
    ]),
    intervals('open-but-for-one-date', 'a hole of one local day', '2026-06-01 00:00', '2026-06-30 00:00', [
      '2026-06-01 00:00 / 2026-06-09 12:00',
      '2026-06-10 12:00 / 2026-06-30 00:00',
    ]),
    intervals(
      'two-windows-on-the-date',
      'several windows on the date',
      '2026-06-10 00:00',
      '2026-06-11 00:00',
      ['2026-06-10 10:00 / 2026-06-10 12:01', '2026-06-10 14:00 / 2026-06-10 15:01'],
    ),
    intervals(
      'weekly-tail-joins-override',
      'a tail and an override that touch',
      '2026-06-09 12:00',
      '2026-06-10 12:00',
      ['2026-06-09 22:00 / 2026-06-10 09:01'],
    ),
  ],
};
