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

/** Zones that do what few expect: odd offsets, short shifts, missing midnights, missing and repeated dates. */
export const zoneCases: CaseGroup = {
  schedules: {
    kathmandu: schedule('Asia/Kathmandu', hours(ALL_DAYS, '09:00-17:00')),
    eucla: schedule('Australia/Eucla', hours(ALL_DAYS, '09:00-17:00')),
    chatham: schedule('Pacific/Chatham', hours(ALL_DAYS, '02:45-03:44')),
    'lord-howe-gap': schedule('Australia/Lord_Howe', hours([0], '02:00-02:29')),
    'lord-howe-over-the-gap': schedule('Australia/Lord_Howe', hours([0], '01:30-02:45')),
    'lord-howe-repeated': schedule('Australia/Lord_Howe', hours([0], '01:30-01:59')),
    'apia-fridays': schedule('Pacific/Apia', hours([5], '09:00-17:00')),
    'apia-friday-nights': schedule('Pacific/Apia', hours([5], '22:00-06:00')),
    'apia-thursday-nights': schedule('Pacific/Apia', hours([4], '22:00-06:00')),
    'apia-override': schedule('Pacific/Apia', hours(ALL_DAYS, '22:00-06:00'), dates({ '2011-12-30': [] })),
    'apia-whole-week': schedule('Pacific/Apia', hours(ALL_DAYS, '00:00-23:59')),
    'kwajalein-saturdays': schedule('Pacific/Kwajalein', hours([6], '00:00-23:59')),
    'sao-paulo-from-midnight': schedule('America/Sao_Paulo', hours([0], '00:00-00:59')),
    'sao-paulo-sundays': schedule('America/Sao_Paulo', hours([0], '00:00-08:00')),
    'sao-paulo-late': schedule('America/Sao_Paulo', hours([6], '23:30-23:59')),
    'sao-paulo-nights': schedule('America/Sao_Paulo', hours([6], '22:00-00:30')),
    'cairo-from-midnight': schedule('Africa/Cairo', hours([5], '00:00-06:00')),
    'beirut-nights': schedule('Asia/Beirut', hours([6], '21:00-00:30')),
    'havana-midnight': schedule('America/Havana', hours([0], '00:00-00:29')),
    'juneau-1867': schedule('America/Juneau', hours([6], '12:00-17:00')),
    'vienna-mean-time': schedule('Europe/Vienna', hours(ALL_DAYS, '09:00-17:00')),
    'monrovia-seconds': schedule('Africa/Monrovia', hours(ALL_DAYS, '09:00-17:00')),
    'casablanca-ramadan': schedule('Africa/Casablanca', hours(ALL_DAYS, '09:00-17:00')),
    'troll-two-hours': schedule('Antarctica/Troll', hours([0], '01:30-02:30')),
    'pyongyang-half-hour': schedule('Asia/Pyongyang', hours(ALL_DAYS, '23:00-23:45')),
    'caracas-half-hour': schedule('America/Caracas', hours([0], '02:30-02:59')),
    'recife-one-week-of-summer': schedule('America/Recife', hours(ALL_DAYS, '08:00-12:00')),
    'freetown-four-days': schedule('Africa/Freetown', hours(ALL_DAYS, '08:00-12:00')),
    'kiritimati-far-east': schedule('Pacific/Kiritimati', hours(WORKDAYS, '00:00-08:00')),
    'far-west': schedule('Etc/GMT+12', hours(WORKDAYS, '16:00-23:59')),
    'an-alias': schedule('Asia/Calcutta', hours(WORKDAYS, '09:00-17:00')),
    'another-letter-case': schedule('europe/VIENNA', hours(WORKDAYS, '09:00-17:00')),
    'new-year': schedule('Asia/Tokyo', hours([4], '20:00-04:00')),
  },
  points: points(`
    kathmandu | five hours and three quarters, opens | 2026-06-01 03:15 | open | 2026-06-02 03:15 | 2026-06-01 11:16
    kathmandu | five hours and three quarters, last minute | 2026-06-01 11:15:59.999 | open | 2026-06-02 03:15 | 2026-06-01 11:16
    kathmandu | five hours and three quarters, a minute before | 2026-06-01 03:14:59.999 | closed | 2026-06-01 03:15 | 2026-06-01 11:16
    eucla | eight hours and three quarters | 2026-06-01 00:15 | open | 2026-06-02 00:15 | 2026-06-01 08:16
    chatham | a gap that begins at a quarter to three | 2026-09-26 14:00 | closed | 2026-09-27 13:00 | 2026-09-27 14:00
    lord-howe-gap | half an hour of gap, and the window in it | 2026-10-03 15:30 | closed | 2026-10-10 15:00 | 2026-10-10 15:30
    lord-howe-over-the-gap | 02:45 comes half an hour early | 2026-10-03 15:45:59.999 | open | 2026-10-10 14:30 | 2026-10-03 15:46
    lord-howe-repeated | half an hour twice, second time | 2026-04-04 15:15 | open | 2026-04-11 15:00 | 2026-04-04 15:30
    apia-fridays | the Friday that never came | 2011-12-30 10:00 | closed | 2012-01-05 19:00 | 2012-01-06 03:01
    apia-friday-nights | the day before Saturday is Friday, although it never came | 2011-12-30 10:00 | open | 2012-01-06 08:00 | 2011-12-30 16:01
    apia-friday-nights | and nothing began on Thursday | 2011-12-30 09:59:59.999 | closed | 2011-12-30 10:00 | 2011-12-30 16:01
    apia-thursday-nights | Thursday night has no morning | 2011-12-30 09:59:59.999 | open | 2012-01-05 08:00 | 2011-12-30 10:00
    apia-override | an override of the date that never came closes its tail | 2011-12-30 12:00 | closed | 2011-12-31 08:00 | 2011-12-31 16:01
    kwajalein-saturdays | the Saturday that never came | 1993-08-20 12:00 | closed | 1993-08-27 12:00 | 1993-08-28 12:00
    sao-paulo-from-midnight | the hour after midnight that never came | 2018-11-04 03:00 | closed | 2018-11-11 02:00 | 2018-11-11 03:00
    sao-paulo-sundays | the day begins at 01:00 | 2018-11-04 03:00 | open | 2018-11-11 02:00 | 2018-11-04 10:01
    sao-paulo-sundays | and the minute before is Saturday | 2018-11-04 02:59:59.999 | closed | 2018-11-04 03:00 | 2018-11-04 10:01
    sao-paulo-nights | a tail that would end in the missing hour ends with Saturday | 2018-11-04 02:59:59.999 | open | 2018-11-11 00:00 | 2018-11-04 03:00
    sao-paulo-late | Saturday's last hour comes twice, so does its last half | 2018-02-18 02:45 | open | 2018-02-25 02:30 | 2018-02-18 03:00
    sao-paulo-late | the clock went back from midnight to 23:00 on Saturday | 2018-02-18 02:00 | closed | 2018-02-18 02:30 | 2018-02-18 03:00
    cairo-from-midnight | Friday begins at 01:00 | 2023-04-27 22:00 | open | 2023-05-04 21:00 | 2023-04-28 03:01
    beirut-nights | the half hour after midnight that never came | 2026-03-28 21:59:59.999 | open | 2026-04-04 18:00 | 2026-03-28 22:00
    havana-midnight | the half hour after midnight twice | 2025-11-02 04:29:59.999 | open | 2025-11-02 05:00 | 2025-11-02 04:30
    monrovia-seconds | 44 minutes and 30 seconds behind, after 1970 | 1971-06-01 09:44:29.999 | closed | 1971-06-01 09:44:30 | 1971-06-01 17:45:30
    monrovia-seconds | opens on the half minute | 1971-06-01 09:44:30 | open | 1971-06-02 09:44:30 | 1971-06-01 17:45:30
    vienna-mean-time | Vienna's own mean time, 1:05:21 ahead | 1890-06-02 07:54:38.999 | closed | 1890-06-02 07:54:39 | 1890-06-02 15:55:39
    casablanca-ramadan | an hour back for Ramadan | 2025-02-24 09:00 | open | 2025-02-25 09:00 | ?
    casablanca-ramadan | before Ramadan | 2025-02-20 08:00 | open | 2025-02-21 08:00 | 2025-02-20 16:01
    pyongyang-half-hour | half an hour back, the last half hour of the day twice | 2015-08-14 14:45 | open | 2015-08-14 15:00 | 2015-08-14 14:46
    caracas-half-hour | half an hour of gap | 2016-05-01 07:00 | closed | 2016-05-08 06:30 | 2016-05-08 07:00
    recife-one-week-of-summer | in a summer of one week | 2000-10-10 10:00 | open | 2000-10-11 10:00 | 2000-10-10 14:01
    recife-one-week-of-summer | after the summer of one week | 2000-10-16 11:00 | open | 2000-10-17 11:00 | 2000-10-16 15:01
    kiritimati-far-east | fourteen hours ahead: Monday on Sunday | 2026-05-31 10:00 | open | 2026-06-01 10:00 | 2026-05-31 18:01
    far-west | twelve hours behind: Friday on Saturday | 2026-06-06 11:59:59.999 | open | 2026-06-09 04:00 | 2026-06-06 12:00
    an-alias | the old name of Kolkata | 2026-06-01 03:30 | open | 2026-06-02 03:30 | 2026-06-01 11:31
    another-letter-case | names are the same in any letter case | 2026-06-01 07:00 | open | 2026-06-02 07:00 | 2026-06-01 15:01
    new-year | the old year's night runs into the new year | 2026-12-31 18:59 | open | 2027-01-07 11:00 | 2026-12-31 19:01
    new-year | Wednesday's next day is not Thursday night's morning | 2026-12-30 18:00 | closed | 2026-12-31 11:00 | 2026-12-31 19:01
  `),
  intervals: [
    intervals(
      'lord-howe-gap',
      'nothing in a gap of half an hour',
      '2026-10-03 00:00',
      '2026-10-04 00:00',
      [],
    ),
    intervals('lord-howe-repeated', 'half an hour twice', '2026-04-04 00:00', '2026-04-05 00:00', [
      '2026-04-04 14:30 / 2026-04-04 15:30',
    ]),
    intervals('apia-whole-week', 'open through the missing date', '2011-12-28 00:00', '2012-01-02 00:00', [
      '2011-12-28 00:00 / 2012-01-02 00:00',
    ]),
    intervals('apia-friday-nights', 'a tail without its evening', '2011-12-29 00:00', '2012-01-01 00:00', [
      '2011-12-30 10:00 / 2011-12-30 16:01',
    ]),
    intervals('apia-thursday-nights', 'an evening without its tail', '2011-12-29 00:00', '2012-01-01 00:00', [
      '2011-12-30 08:00 / 2011-12-30 10:00',
    ]),
    intervals('apia-override', 'nights around the missing date', '2011-12-29 00:00', '2012-01-01 00:00', [
      '2011-12-29 08:00 / 2011-12-29 16:01',
      '2011-12-30 08:00 / 2011-12-30 10:00',
      '2011-12-31 08:00 / 2011-12-31 16:01',
    ]),
    intervals(
      'kwajalein-saturdays',
      'five days around the missing Saturday',
      '1993-08-18 00:00',
      '1993-08-24 00:00',
      [],
    ),
    intervals(
      'sao-paulo-late',
      'half an hour twice at the end of Saturday',
      '2018-02-17 12:00',
      '2018-02-18 12:00',
      ['2018-02-18 01:30 / 2018-02-18 02:00', '2018-02-18 02:30 / 2018-02-18 03:00'],
    ),
    intervals(
      'havana-midnight',
      'half an hour twice at the start of Sunday',
      '2025-11-02 00:00',
      '2025-11-03 00:00',
      ['2025-11-02 04:00 / 2025-11-02 04:30', '2025-11-02 05:00 / 2025-11-02 05:30'],
    ),
    intervals('monrovia-seconds', 'from seconds to none', '1972-01-06 12:00', '1972-01-08 00:00', [
      '1972-01-06 12:00 / 1972-01-06 17:45:30',
      '1972-01-07 09:00 / 1972-01-07 17:01',
    ]),
    intervals(
      'pyongyang-half-hour',
      'three quarters of an hour, and a quarter again',
      '2015-08-14 12:00',
      '2015-08-15 12:00',
      ['2015-08-14 14:00 / 2015-08-14 14:46', '2015-08-14 15:00 / 2015-08-14 15:16'],
    ),
  ],
};
