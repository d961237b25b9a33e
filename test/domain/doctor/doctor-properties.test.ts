import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DoctorCommand } from '../../../src/domain/doctor/commands.js';
import { type DoctorState, decide, evolve, initialDoctor } from '../../../src/domain/doctor/doctor.js';
import { checkSchedule } from '../../../src/domain/schedule/schedule.js';
import { doctorCommand } from '../../support/command-arbitraries.js';

interface Step {
  readonly command: DoctorCommand;
  readonly before: DoctorState;
  readonly after: DoctorState;
  readonly accepted: boolean;
}

function play(history: readonly DoctorCommand[]): Step[] {
  let before = initialDoctor;
  return history.map((command) => {
    const decision = decide(command, before);
    const accepted = decision.outcome === 'accepted';
    const after = accepted ? decision.events.reduce(evolve, before) : before;
    const step = { command, before, after, accepted };
    before = after;
    return step;
  });
}

function holds(law: (steps: readonly Step[]) => void): void {
  fc.assert(
    fc.property(fc.array(doctorCommand('doctor-1'), { maxLength: 30 }), (history) => law(play(history))),
    { numRuns: 300 },
  );
}

test('whatever is accepted leaves a schedule that the evaluator takes', () =>
  holds((steps) => {
    for (const { after } of steps) {
      if (after.status === 'registered') expect(checkSchedule(after.schedule)).toBeNull();
    }
  }));

test('what is accepted has come about, and asking again changes nothing', () =>
  holds((steps) => {
    for (const { command, after, accepted } of steps) {
      if (!accepted || command.type === 'RegisterDoctor') continue;
      const again = decide(command, after);
      expect(again.outcome).toBe('accepted');
      const events = again.outcome === 'accepted' ? again.events : [];
      expect(events.reduce(evolve, after)).toEqual(after);
    }
  }));

test('deciding changes no state', () =>
  holds((steps) => {
    for (const { command, before } of steps) {
      const copy = structuredClone(before);
      decide(command, before);
      expect(before).toEqual(copy);
    }
  }));

test('overrides are one a date, in order', () =>
  holds((steps) => {
    const last = steps.at(-1)?.after;
    if (last?.status !== 'registered') return;
    const dates = last.schedule.overrides.map(({ date }) => date);
    expect(dates).toEqual([...new Set(dates)].sort());
  }));
