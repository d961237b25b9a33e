import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type CompiledSchedule, compileSchedule } from '../../../src/domain/schedule/compiled-schedule.js';
import { checkSchedule, type Schedule } from '../../../src/domain/schedule/schedule.js';
import {
  buildScheduleCorpus,
  printScheduleCorpus,
  type ScheduleCorpus,
} from '../../vectors/schedule-corpus.js';

/** Walking minute by minute takes seconds, and many of them on a busy machine. */
const SLOW_MS = 120_000;

const path = fileURLToPath(new URL('../../vectors/schedule.json', import.meta.url));
const corpus = JSON.parse(readFileSync(path, 'utf8')) as ScheduleCorpus;

function scheduleOf(key: string): Schedule {
  const schedule = corpus.schedules[key] as Schedule | undefined;
  expect(schedule).toBeDefined();
  return schedule as Schedule;
}

function compiled(key: string): CompiledSchedule {
  return compileSchedule(scheduleOf(key));
}

const iso = (instant: number | null) => (instant === null ? null : new Date(instant).toISOString());

describe('the corpus of opening hours', () => {
  /** `npx vitest run -u test/domain/schedule/schedule-vectors.test.ts` writes the file anew. */
  it(
    'is what the brute force and the answers by hand say',
    async () => {
      await expect(printScheduleCorpus(buildScheduleCorpus())).toMatchFileSnapshot(path);
    },
    SLOW_MS,
  );

  it('names every case and every schedule once, and holds some hundreds', () => {
    const names = [...corpus.points, ...corpus.intervals].map((each) => `${each.schedule}: ${each.name}`);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(300);
    expect(corpus.refused.length).toBeGreaterThan(20);
  });

  it('holds no schedule that is refused', () => {
    const refused = Object.keys(corpus.schedules).filter((key) => checkSchedule(scheduleOf(key)) !== null);
    expect(refused).toEqual([]);
  });

  it.each(corpus.points)('$schedule: $name', ({ schedule, at, open, nextOpeningAt, nextClosingAt }) => {
    const evaluator = compiled(schedule);
    const instant = Date.parse(at);
    expect({
      open: evaluator.isOpenAt(instant),
      nextOpeningAt: iso(evaluator.nextOpeningAt(instant)),
      nextClosingAt: iso(evaluator.nextClosingAt(instant)),
    }).toEqual({ open, nextOpeningAt, nextClosingAt });
  });

  it.each(corpus.intervals)('$schedule: $name', ({ schedule, from, to, open }) => {
    const spans = compiled(schedule).intervals(Date.parse(from), Date.parse(to));
    expect(spans.map((span) => [iso(span.from), iso(span.to)])).toEqual(open);
  });

  it.each(corpus.refused)('refuses $name', ({ schedule, field }) => {
    expect(checkSchedule(schedule as Schedule)).toMatchObject({ code: 'request.invalid', field });
  });
});
