import { describe, expect, test } from 'vitest';
import {
  type DoctorWatch,
  isCoveredByEdge,
  lookAhead,
  update,
} from '../../../src/application/room/doctor-watch.js';
import { HOUR_MS, SECOND_MS } from '../../../src/domain/instant.js';
import { InvariantViolation } from '../../../src/domain/invariant.js';
import { compileSchedule } from '../../../src/domain/schedule/compiled-schedule.js';
import type { Schedule } from '../../../src/domain/schedule/schedule.js';
import { daily } from '../../support/clinic.js';

const SCHEDULE: Schedule = { timeZone: 'UTC', windows: daily('09:00', '16:59'), overrides: [] };
const BEFORE = Date.parse('2026-03-02T08:00:00.000Z');
const OPENS = BEFORE + HOUR_MS;
const CLOSES = Date.parse('2026-03-02T17:00:00.000Z');

function watchOf(details: Partial<DoctorWatch> = {}): DoctorWatch {
  const evaluator = compileSchedule(SCHEDULE);
  return {
    schedule: SCHEDULE,
    evaluator,
    open: false,
    edgeAt: undefined,
    edgeBefore: undefined,
    isContradicted: false,
    readyAt: null,
    ...details,
  };
}

describe('what is known of a doctor', () => {
  test('changes at the edges, and holds until the next one', () => {
    const watch = watchOf();
    expect(update(watch, BEFORE)).toBe(false);
    expect(watch).toMatchObject({ open: false, edgeAt: OPENS, readyAt: null });
    expect(update(watch, OPENS)).toBe(true);
    expect(watch).toMatchObject({ open: true, edgeAt: CLOSES, readyAt: OPENS });
    expect(update(watch, CLOSES - 1)).toBe(false);
    expect(update(watch, CLOSES)).toBe(true);
    expect(watch).toMatchObject({ open: false, readyAt: null });
  });

  test('covers a tick right after the edge that has told the same', () => {
    const watch = watchOf();
    update(watch, OPENS);
    expect([OPENS - 1, OPENS, OPENS + SECOND_MS].map((now) => isCoveredByEdge(watch, now))).toEqual([
      false,
      true,
      false,
    ]);
  });

  test('has its next edge in the future, never in the past', () => {
    const { evaluator } = watchOf();
    const stuck = { ...evaluator, nextOpeningAt: () => BEFORE };
    expect(() => lookAhead(watchOf({ evaluator: stuck }), BEFORE)).toThrow(InvariantViolation);
  });

  test('is never that the doctor is away and ready', () => {
    expect(() => update(watchOf({ readyAt: BEFORE }), BEFORE)).toThrow(InvariantViolation);
  });
});
