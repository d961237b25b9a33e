import { transitionsBetween } from '../../domain/schedule/brute-force.js';
import {
  ALL_DAYS,
  type CaseGroup,
  dates,
  hours,
  type IntervalCase,
  type PointCase,
  schedule,
} from '../schedule-case.js';

const HOUR = 3_600_000;

/** Zones and years whose clock changes differ in size, hour, direction or reason. All of them are past or settled. */
const CHANGES: readonly (readonly [timeZone: string, year: number])[] = [
  ['Europe/London', 2025],
  ['Europe/Dublin', 2025],
  ['Europe/Lisbon', 1992],
  ['Europe/Istanbul', 2016],
  ['Europe/Volgograd', 2020],
  ['Europe/Warsaw', 1944],
  ['America/New_York', 2025],
  ['America/St_Johns', 2010],
  ['America/Sao_Paulo', 2018],
  ['America/Santiago', 2024],
  ['America/Havana', 2024],
  ['America/Caracas', 2016],
  ['America/Nuuk', 2023],
  ['America/Recife', 2000],
  ['America/Argentina/San_Luis', 2008],
  ['Asia/Beirut', 2024],
  ['Asia/Gaza', 2023],
  ['Asia/Tehran', 2022],
  ['Asia/Amman', 2022],
  ['Asia/Pyongyang', 2018],
  ['Asia/Kathmandu', 1986],
  ['Asia/Singapore', 1981],
  ['Africa/Cairo', 2023],
  ['Africa/Casablanca', 2025],
  ['Africa/Monrovia', 1972],
  ['Australia/Lord_Howe', 2025],
  ['Australia/Adelaide', 2025],
  ['Pacific/Chatham', 2025],
  ['Pacific/Apia', 2011],
  ['Pacific/Kwajalein', 1993],
  ['Pacific/Kiritimati', 1995],
  ['Antarctica/Troll', 2025],
  ['Antarctica/Casey', 2020],
];

/** For every clock change of those years: the moments around it, and the open time of the day around it. */
export function transitionCases(): CaseGroup {
  const schedules: Record<string, CaseGroup['schedules'][string]> = {};
  const points: PointCase[] = [];
  const intervals: IntervalCase[] = [];
  for (const [timeZone, year] of CHANGES) {
    const transitions = transitionsBetween(
      timeZone,
      Date.UTC(year - 1, 11, 30),
      Date.UTC(year, 11, 31),
    ).slice(0, 2);
    for (const [index, transition] of transitions.entries()) {
      const date = new Date(transition).toISOString().slice(0, 10);
      const keys = {
        day: `${timeZone} ${year} day and night`,
        override: `${timeZone} ${date} with an override`,
      };
      schedules[keys.day] = schedule(timeZone, hours(ALL_DAYS, '02:30-02:44', '03:00-12:59', '23:30-00:15'));
      schedules[keys.override] = schedule(
        timeZone,
        hours(ALL_DAYS, '08:00-20:00', '22:00-01:30'),
        dates({ [date]: ['01:15-02:15', '23:15-00:45'] }),
      );
      const change = `${timeZone}, clock change ${index + 1} of ${year}`;
      const at = (offset: number) => new Date(transition + offset).toISOString();
      points.push(
        { name: `${change}: the millisecond before`, schedule: keys.day, at: at(-1) },
        { name: `${change}: the first instant`, schedule: keys.day, at: at(0) },
        { name: `${change}: an hour later`, schedule: keys.override, at: at(HOUR) },
      );
      intervals.push(
        { name: `${change}: the day around it`, schedule: keys.day, from: at(-12 * HOUR), to: at(12 * HOUR) },
        {
          name: `${change}: with an override`,
          schedule: keys.override,
          from: at(-18 * HOUR),
          to: at(18 * HOUR),
        },
      );
    }
  }
  return { schedules, points, intervals };
}
