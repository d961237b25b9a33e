import { benchAvailabilityTick } from '../availability-tick.js';
import { reported } from '../measure.js';
import { barChart } from '../report/chart.js';
import { benchSchedule } from '../schedule.js';
import type { Group } from './group.js';

/**
 * Measures the evaluator of schedules and the regular announcement, in this process. Both print their figures as they
 * go.
 */
export const scheduleGroup: Group = async () => {
  process.stdout.write('\nschedule, as it is measured\n');
  benchSchedule();
  await benchAvailabilityTick();
  const valueNamed = (start: string): number =>
    Number.parseFloat(reported.find(({ name }) => name.startsWith(start))?.value ?? 'NaN');
  const luxon = valueNamed('point, scattered over a year: Luxon');
  const compiled = valueNamed('point, scattered over a year: compiled');
  const tick = valueNamed('tick, 10000 doctors');
  const doctorsNow = reported.findLast(({ name }) => name.startsWith('tick, 10000 doctors'))?.value ?? 'NaN';
  const withLuxon = valueNamed('the same with Luxon');
  return {
    group: 'schedule',
    ratios: [
      { name: 'Luxon by the compiled schedule, one question', value: luxon / compiled, goal: 'at least 50' },
      {
        name: 'Luxon by the compiled schedule, a tick of 10,000 doctors',
        value: withLuxon / Number.parseFloat(doctorsNow),
      },
    ],
    tables: [],
    notes: [],
    chart: barChart({
      title: 'Is the doctor on duty?',
      groups: [
        {
          heading: 'ns for one question, scattered over a year',
          bars: [
            { label: 'Luxon and compare', value: luxon, series: 0 },
            { label: 'compiled', value: compiled, series: 1 },
          ],
        },
        {
          heading: 'ms for a tick of 10,000 doctors',
          bars: [
            { label: 'Luxon and compare', value: withLuxon, series: 0 },
            { label: 'compiled, all cold', value: tick, series: 1 },
            { label: 'compiled', value: Number.parseFloat(doctorsNow), series: 1 },
          ],
        },
      ],
    }),
    figures: reported,
  };
};
