import { expect, it } from 'vitest';
import { createServerClock } from '../../src/room/server-clock.js';

const HOUR_MS = 3_600_000;
const AT = Date.parse('2026-03-02T10:00:00.000Z');

/** A device whose clock is so many ms ahead, and an hour after it was switched on. */
function open(fastMs: number) {
  let [passed, set] = [0, fastMs];
  const clock = createServerClock(
    () => AT + passed + set,
    () => HOUR_MS + passed,
  );
  return {
    clock,
    pass: (ms: number) => {
      passed += ms;
    },
    setRight: () => {
      set = 0;
    },
    tell: () => clock.told({ now: new Date(AT + passed).toISOString() }),
  };
}

it('is the clock of the device until the server tells its time', () => {
  const { clock } = open(11 * HOUR_MS);
  expect(clock.now()).toBe(AT + 11 * HOUR_MS);
});

it.each([11, -11])('goes on from the time that the server told, with a device %i hours ahead', (hours) => {
  const { clock, tell, pass } = open(hours * HOUR_MS);
  tell();
  pass(90_000);
  expect(clock.now()).toBe(AT + 90_000);
});

it('ignores what a network may take', () => {
  for (const fastMs of [1_999, -1_999]) {
    const { clock, tell } = open(fastMs);
    tell();
    expect(clock.now()).toBe(AT + fastMs);
  }
});

it('stays right when somebody sets the clock of the device, before and after the server tells its time again', () => {
  const { clock, tell, setRight, pass } = open(11 * HOUR_MS);
  tell();
  setRight();
  pass(1_000);
  expect(clock.now()).toBe(AT + 1_000);
  tell();
  expect(clock.now()).toBe(AT + 1_000);
});

it('is the clock of the device with a server that does not tell its time, or tells nonsense', () => {
  for (const answer of [{}, { now: 'soon' }]) {
    const { clock, tell } = open(11 * HOUR_MS);
    tell();
    clock.told(answer);
    expect(clock.now()).toBe(AT + 11 * HOUR_MS);
  }
});
