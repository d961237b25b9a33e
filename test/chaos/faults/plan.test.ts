import { expect, test } from 'vitest';
import { roundOf } from './kinds.js';
import { planFaults } from './plan.js';

const FAULT_KINDS = roundOf({ processes: 3, peers: 'redis' });
const ROUND = FAULT_KINDS.length;

/** The beginning of a schedule, with the first numbers that each fault would draw. */
function beginningOf(seed: string) {
  const plan = planFaults(seed, FAULT_KINDS);
  return Array.from({ length: 3 * ROUND }, () => {
    const { random, ...planned } = plan.next().value;
    return { ...planned, draws: [random.next(), random.whole(0, 1_000), random.pick(FAULT_KINDS)] };
  });
}

test('a seed replays its schedule of faults, and another seed has another', () => {
  expect(beginningOf('a')).toEqual(beginningOf('a'));
  expect(beginningOf('a')).not.toEqual(beginningOf('b'));
});

test('what one fault draws does not change the next', () => {
  const plan = planFaults('a', FAULT_KINDS);
  for (const expected of beginningOf('a')) {
    const { kind, random } = plan.next().value;
    for (let draws = 0; draws < 10; draws += 1) random.next();
    expect(kind).toBe(expected.kind);
  }
});

test('each round has every kind of fault, in another order', () => {
  const kinds = beginningOf('a').map(({ kind }) => kind);
  const rounds = [0, 1, 2].map((round) => kinds.slice(round * ROUND, (round + 1) * ROUND));
  for (const round of rounds) expect([...round].sort()).toEqual([...FAULT_KINDS].sort());
  expect(rounds[0]).not.toEqual(rounds[1]);
});

test('one process has the faults that it always had, several have more, and those with Redis have the most', () => {
  const alone = roundOf({ processes: 1, peers: 'postgres' });
  const several = roundOf({ processes: 2, peers: 'postgres' });
  expect(alone).not.toContain('servers-restarted-in-turn');
  expect(several).toEqual(expect.arrayContaining([...alone, 'servers-restarted-in-turn']));
  expect(several).not.toContain('redis-killed');
  expect(FAULT_KINDS).toEqual(expect.arrayContaining([...several, 'redis-killed']));
});
