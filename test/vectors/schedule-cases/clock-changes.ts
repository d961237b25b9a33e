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

/** Hours stay where the wall clock has them; skipped minutes never come, repeated ones count both times. */
export const clockChangeCases: CaseGroup = {
  schedules: {
    'vienna-daily': schedule('Europe/Vienna', hours(ALL_DAYS, '09:00-17:00')),
    'new-york-daily': schedule('America/New_York', hours(ALL_DAYS, '09:00-17:00')),
    'sydney-daily': schedule('Australia/Sydney', hours(ALL_DAYS, '09:00-17:00')),
    'vienna-in-the-gap': schedule('Europe/Vienna', hours([0], '02:15-02:45')),
    'vienna-into-the-gap': schedule('Europe/Vienna', hours([0], '01:30-02:30')),
    'vienna-out-of-the-gap': schedule('Europe/Vienna', hours([0], '02:30-03:30')),
    'vienna-over-the-gap': schedule('Europe/Vienna', hours([0], '01:00-04:00')),
    'vienna-around-the-gap': schedule('Europe/Vienna', hours([0], '01:00-01:59', '03:00-04:00')),
    'vienna-night-ends-in-the-gap': schedule('Europe/Vienna', hours([6], '22:00-02:30')),
    'vienna-last-minute-before-the-gap': schedule('Europe/Vienna', hours([0], '01:59-01:59')),
    'vienna-repeated-hour': schedule('Europe/Vienna', hours([0], '02:00-02:59')),
    'vienna-within-the-repeated-hour': schedule('Europe/Vienna', hours([0], '02:15-02:30')),
    'vienna-into-the-repeated-hour': schedule('Europe/Vienna', hours([0], '01:00-02:15')),
    'vienna-out-of-the-repeated-hour': schedule('Europe/Vienna', hours([0], '02:45-04:00')),
    'vienna-night-into-the-repeated-hour': schedule('Europe/Vienna', hours([6], '22:00-02:15')),
    'override-in-the-gap': schedule(
      'Europe/Vienna',
      hours(ALL_DAYS, '09:00-17:00'),
      dates({ '2026-03-29': ['02:00-02:59'] }),
    ),
    'new-york-nights': schedule('America/New_York', hours(WORKDAYS, '23:00-03:00')),
  },
  points: points(`
    vienna-daily | 09:00 the day before the clocks go forward | 2026-03-28 08:00 | open | 2026-03-29 07:00 | 2026-03-28 16:01
    vienna-daily | 08:59 the day before the clocks go forward | 2026-03-28 07:59:59.999 | closed | 2026-03-28 08:00 | ?
    vienna-daily | 09:00 stays 09:00 on the day the clocks go forward | 2026-03-29 07:00 | open | 2026-03-30 07:00 | 2026-03-29 15:01
    vienna-daily | 08:59 on the day the clocks go forward | 2026-03-29 06:59:59.999 | closed | 2026-03-29 07:00 | 2026-03-29 15:01
    vienna-daily | the evening before looks to 09:00, not to 10:00 | 2026-03-28 20:00 | closed | 2026-03-29 07:00 | 2026-03-29 15:01
    vienna-daily | 17:00 on the day the clocks go forward | 2026-03-29 15:00:59.999 | open | 2026-03-30 07:00 | 2026-03-29 15:01
    vienna-daily | 09:00 stays 09:00 on the day the clocks go back | 2026-10-25 08:00 | open | 2026-10-26 08:00 | 2026-10-25 16:01
    vienna-daily | 08:00 is not 09:00 on the day the clocks go back | 2026-10-25 07:00 | closed | 2026-10-25 08:00 | 2026-10-25 16:01
    vienna-daily | the evening before the clocks go back | 2026-10-24 20:00 | closed | 2026-10-25 08:00 | 2026-10-25 16:01
    new-york-daily | New York, 09:00 on the day the clocks go forward | 2026-03-08 13:00 | open | 2026-03-09 13:00 | 2026-03-08 21:01
    new-york-daily | New York, the evening before | 2026-03-08 00:00 | closed | 2026-03-08 13:00 | 2026-03-08 21:01
    new-york-daily | New York, 09:00 on the day the clocks go back | 2026-11-01 14:00 | open | 2026-11-02 14:00 | 2026-11-01 22:01
    sydney-daily | Sydney, 09:00 on the day the clocks go back | 2026-04-04 23:00 | open | 2026-04-05 23:00 | 2026-04-05 07:01
    sydney-daily | Sydney, 09:00 on the day the clocks go forward | 2026-10-03 22:00 | open | 2026-10-04 22:00 | 2026-10-04 06:01
    vienna-in-the-gap | a window inside the gap does not open that day | 2026-03-29 01:00 | closed | 2026-04-05 00:15 | 2026-04-05 00:46
    vienna-in-the-gap | the week before it does | 2026-03-22 01:15 | open | 2026-04-05 00:15 | 2026-03-22 01:46
    vienna-into-the-gap | a window that ends in the gap closes where the gap begins | 2026-03-29 00:59:59.999 | open | 2026-04-04 23:30 | 2026-03-29 01:00
    vienna-into-the-gap | and stays closed after it | 2026-03-29 01:00 | closed | 2026-04-04 23:30 | 2026-04-05 00:31
    vienna-out-of-the-gap | a window that starts in the gap opens where the gap ends | 2026-03-29 01:00 | open | 2026-04-05 00:30 | 2026-03-29 01:31
    vienna-out-of-the-gap | and not before it | 2026-03-29 00:59:59.999 | closed | 2026-03-29 01:00 | 2026-03-29 01:31
    vienna-around-the-gap | two windows with only the gap between them do not close | 2026-03-29 00:59:59.999 | open | 2026-04-04 23:00 | 2026-03-29 02:01
    vienna-night-ends-in-the-gap | a night that ends in the gap | 2026-03-29 00:59:59.999 | open | 2026-04-04 20:00 | 2026-03-29 01:00
    vienna-last-minute-before-the-gap | the last minute before the gap | 2026-03-29 00:59:30 | open | 2026-04-04 23:59 | 2026-03-29 01:00
    vienna-repeated-hour | the repeated hour, first time | 2026-10-25 00:30 | open | 2026-11-01 01:00 | 2026-10-25 02:00
    vienna-repeated-hour | the repeated hour, second time | 2026-10-25 01:30 | open | 2026-11-01 01:00 | 2026-10-25 02:00
    vienna-within-the-repeated-hour | opens twice, first time | 2026-10-25 00:15 | open | 2026-10-25 01:15 | 2026-10-25 00:31
    vienna-within-the-repeated-hour | closed in between | 2026-10-25 00:31 | closed | 2026-10-25 01:15 | 2026-10-25 01:31
    vienna-within-the-repeated-hour | opens twice, second time | 2026-10-25 01:15 | open | 2026-11-01 01:15 | 2026-10-25 01:31
    vienna-into-the-repeated-hour | closed in the rest of the first hour | 2026-10-25 00:16 | closed | 2026-10-25 01:00 | 2026-10-25 01:16
    vienna-into-the-repeated-hour | opens again without a start of its own | 2026-10-25 01:00 | open | 2026-11-01 00:00 | 2026-10-25 01:16
    vienna-out-of-the-repeated-hour | the clocks go back and close it | 2026-10-25 01:00 | closed | 2026-10-25 01:45 | 2026-10-25 03:01
    vienna-night-into-the-repeated-hour | a tail counts both times | 2026-10-25 01:15:59.999 | open | 2026-10-31 21:00 | 2026-10-25 01:16
    override-in-the-gap | an override inside the gap closes the day | 2026-03-29 10:00 | closed | 2026-03-30 07:00 | 2026-03-30 15:01
    new-york-nights | a Friday night before the clocks change | 2026-03-07 07:59 | open | 2026-03-10 03:00 | 2026-03-07 08:01
  `),
  intervals: [
    intervals(
      'vienna-daily',
      'hours do not drift over the spring change',
      '2026-03-27 12:00',
      '2026-03-31 00:00',
      [
        '2026-03-27 12:00 / 2026-03-27 16:01',
        '2026-03-28 08:00 / 2026-03-28 16:01',
        '2026-03-29 07:00 / 2026-03-29 15:01',
        '2026-03-30 07:00 / 2026-03-30 15:01',
      ],
    ),
    intervals(
      'vienna-daily',
      'hours do not drift over the autumn change',
      '2026-10-24 00:00',
      '2026-10-27 00:00',
      [
        '2026-10-24 07:00 / 2026-10-24 15:01',
        '2026-10-25 08:00 / 2026-10-25 16:01',
        '2026-10-26 08:00 / 2026-10-26 16:01',
      ],
    ),
    intervals('vienna-in-the-gap', 'nothing inside the gap', '2026-03-28 00:00', '2026-03-30 00:00', []),
    intervals('vienna-over-the-gap', 'an hour shorter over the gap', '2026-03-28 12:00', '2026-03-29 12:00', [
      '2026-03-29 00:00 / 2026-03-29 02:01',
    ]),
    intervals(
      'vienna-over-the-gap',
      'an hour longer over the repeated hour',
      '2026-10-24 12:00',
      '2026-10-25 12:00',
      ['2026-10-24 23:00 / 2026-10-25 03:01'],
    ),
    intervals(
      'vienna-around-the-gap',
      'the gap joins what it separates',
      '2026-03-28 12:00',
      '2026-03-29 12:00',
      ['2026-03-29 00:00 / 2026-03-29 02:01'],
    ),
    intervals('vienna-within-the-repeated-hour', 'twice', '2026-10-25 00:00', '2026-10-26 00:00', [
      '2026-10-25 00:15 / 2026-10-25 00:31',
      '2026-10-25 01:15 / 2026-10-25 01:31',
    ]),
    intervals(
      'vienna-repeated-hour',
      'both times touch and are one',
      '2026-10-24 12:00',
      '2026-10-25 12:00',
      ['2026-10-25 00:00 / 2026-10-25 02:00'],
    ),
    intervals(
      'vienna-into-the-repeated-hour',
      'closes and opens again',
      '2026-10-24 12:00',
      '2026-10-25 12:00',
      ['2026-10-24 23:00 / 2026-10-25 00:16', '2026-10-25 01:00 / 2026-10-25 01:16'],
    ),
    intervals(
      'vienna-night-into-the-repeated-hour',
      'a tail that counts twice',
      '2026-10-24 12:00',
      '2026-10-25 12:00',
      ['2026-10-24 20:00 / 2026-10-25 00:16', '2026-10-25 01:00 / 2026-10-25 01:16'],
    ),
    intervals(
      'vienna-out-of-the-repeated-hour',
      'opens, is set back, opens again',
      '2026-10-24 12:00',
      '2026-10-25 12:00',
      ['2026-10-25 00:45 / 2026-10-25 01:00', '2026-10-25 01:45 / 2026-10-25 03:01'],
    ),
  ],
};
