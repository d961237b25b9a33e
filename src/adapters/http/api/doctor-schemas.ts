import { z } from 'zod';
import type { AvailabilityReport } from '../../../application/administration/report-availability.js';
import type { RegisteredDoctor } from '../../../domain/doctor/doctor.js';
import { isoOf } from '../../../domain/instant.js';
import { must } from '../../edge/must.js';
import { documented } from './api-schemas.js';
import { EXAMPLES } from './examples.js';
import { answeredInstant, isoOrNull, personId, text } from './fields.js';

const MUST_BE_WINDOWS = 'must be a list of windows';
const MUST_BE_A_WINDOW = 'must be a window';
const MUST_BE_A_DAY = 'must be a whole number from 0 (Sunday) through 6 (Saturday)';

const wallTime = (description: string) =>
  text({ description, pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$', examples: ['09:00'] });
const times = {
  startTime: wallTime('`HH:MM` on the doctor’s clock, inclusive.'),
  endTime: wallTime(
    '`HH:MM`, inclusive to the whole minute. Before `startTime`: the window runs past midnight.',
  ),
};
const dailyWindow = documented(z.object(times, { error: must(MUST_BE_A_WINDOW) }), { id: 'DailyWindow' });
const weeklyWindow = documented(
  z.object(
    {
      dayOfWeek: documented(z.literal([0, 1, 2, 3, 4, 5, 6], { error: must(MUST_BE_A_DAY) }), {
        description: 'The day on which the window starts: 0 is Sunday.',
      }),
      ...times,
    },
    { error: must(MUST_BE_A_WINDOW) },
  ),
  { id: 'WeeklyWindow', examples: [{ dayOfWeek: 1, startTime: '09:00', endTime: '17:00' }] },
);
const weeklyWindows = z.array(weeklyWindow, { error: must(MUST_BE_WINDOWS) });
const dailyWindows = z.array(dailyWindow, { error: must(MUST_BE_WINDOWS) });

const name = () =>
  text({ description: '1 to 200 characters, of which one shows something.', examples: ['Dr Ada Okafor'] });
const timeZone = () => text({ description: 'The name of an IANA time zone.', examples: ['Europe/Vienna'] });

export const doctorId = z.object({ doctorId: personId() });

export const newDoctor = documented(
  z.object({
    id: documented(personId().nullish(), { description: 'Made when left out.' }),
    name: name(),
    timeZone: timeZone(),
    windows: documented(weeklyWindows.nullish(), { description: 'None when left out.' }),
  }),
  { id: 'NewDoctor', examples: [EXAMPLES.newDoctor] },
);

export const newDoctorState = documented(z.object({ name: name(), timeZone: timeZone() }), {
  id: 'NewDoctorState',
  examples: [EXAMPLES.newDoctorState],
});

export const newSchedule = documented(
  z.object({
    timeZone: documented(timeZone().nullish(), { description: 'Stays as it is when left out.' }),
    windows: weeklyWindows,
  }),
  { id: 'NewSchedule', examples: [EXAMPLES.newSchedule] },
);

export const newTimeZone = documented(z.object({ timeZone: timeZone() }), {
  id: 'NewTimeZone',
  examples: [EXAMPLES.newTimeZone],
});

export const overridePath = z.object({
  doctorId: personId(),
  date: documented(z.iso.date({ error: must('must be a date that exists, written YYYY-MM-DD') }), {
    description: 'On the doctor’s calendar.',
    examples: ['2026-12-24'],
  }),
});

export const newOverride = documented(
  z.object({ windows: documented(dailyWindows, { description: 'None close the date.' }) }),
  { id: 'NewOverride', examples: [EXAMPLES.newOverride] },
);

export const doctorSchema = documented(
  z.object({
    id: z.string(),
    name: z.string(),
    timeZone: z.string(),
    windows: z.array(weeklyWindow),
    overrides: documented(z.array(z.object({ date: z.iso.date(), windows: z.array(dailyWindow) })), {
      description: 'In the order of their dates. Each replaces the windows that start on its date.',
    }),
  }),
  { id: 'Doctor', examples: [EXAMPLES.doctor] },
);

export const availabilitySchema = documented(
  z.object({
    timeZone: z.string(),
    open: documented(z.boolean(), { description: 'Now.' }),
    nextOpeningAt: documented(answeredInstant().nullable(), {
      description: 'After now; null when not within 366 days.',
    }),
    nextClosingAt: documented(answeredInstant().nullable(), {
      description: 'After now; null when not within 366 days.',
    }),
    intervals: documented(z.array(z.object({ from: answeredInstant(), to: answeredInstant() })), {
      description: 'All open time of the range, in order. `from` belongs to it, `to` does not.',
    }),
  }),
  { id: 'Availability', examples: [EXAMPLES.availability] },
);

export function toDoctor({ doctorId, name, schedule }: RegisteredDoctor): z.output<typeof doctorSchema> {
  const { timeZone, windows, overrides } = schedule;
  return {
    id: doctorId,
    name,
    timeZone,
    windows: [...windows],
    overrides: overrides.map(({ date, windows }) => ({ date, windows: [...windows] })),
  };
}

export function toAvailability(report: AvailabilityReport): z.output<typeof availabilitySchema> {
  const { timeZone, open, nextOpeningAt, nextClosingAt, intervals } = report;
  return {
    timeZone,
    open,
    nextOpeningAt: isoOrNull(nextOpeningAt),
    nextClosingAt: isoOrNull(nextClosingAt),
    intervals: intervals.map(({ from, to }) => ({ from: isoOf(from), to: isoOf(to) })),
  };
}
