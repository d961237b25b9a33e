import { expect, test } from 'vitest';
import { STRIKE_KINDS } from './strike.js';
import {
  judgeNeighbour,
  lastNotes,
  MAX_MORE_DESCRIPTORS,
  MAX_RESIDENT_MIB,
  NEVER_TOO_SLOW_MS,
  type NeighbourReport,
  type Round,
} from './verdict.js';

const SLOW_MS = NEVER_TOO_SLOW_MS + 50;

function serviceOf(p99: number, count = 500) {
  return { count, failed: 0, p50: p99 / 4, p99 };
}

function round(withoutMs: number, besideMs: number, more = 0): Round {
  return {
    without: { sends: serviceOf(withoutMs), joins: serviceOf(10) },
    beside: { sends: serviceOf(besideMs), joins: serviceOf(20) },
    descriptors: { before: 100, after: 100 + more },
  };
}

const GOOD: NeighbourReport = {
  rounds: [round(10, 20), round(10, 25), round(12, 20)],
  strikes: STRIKE_KINDS.map((kind) => ({ kind, effective: true, note: `${kind} was tried` })),
  residentMib: { without: 150, beside: 250, underFaults: 260 },
  stopCode: 0,
};

test('a neighbour who harms nobody is no problem, and its figures are told', () => {
  const { problems, thin, figures } = judgeNeighbour(GOOD);
  expect({ problems, thin }).toEqual({ problems: [], thin: [] });
  expect(figures).toMatchObject({
    'sends without, count': 1_500,
    'sends without, p99 in ms': 10,
    'sends beside, p99 in ms': 20,
    'sends, p99 beside to without': 2,
    'joins, p99 beside to without': 2,
    'strikes jsonp': 1,
    'resident MiB at most, beside': 250,
    'descriptors more after the neighbour': 0,
  });
});

test('others who are far slower in most rounds are a problem', () => {
  const rounds = [round(20, SLOW_MS), round(20, SLOW_MS), round(20, 20)];
  expect(judgeNeighbour({ ...GOOD, rounds }).problems).toEqual([
    `sends of others take ${SLOW_MS} ms (p99), 15.0 times as long as without the neighbour`,
  ]);
});

test('one slow round is not, nor many times of very little, nor a machine that is slow without the neighbour, too', () => {
  for (const rounds of [
    [round(20, 20), round(20, 5_000), round(20, 20)],
    [round(1, NEVER_TOO_SLOW_MS), round(1, 100), round(1, NEVER_TOO_SLOW_MS)],
    [round(400, 1_200), round(400, 1_200), round(400, 1_200)],
  ]) {
    expect(judgeNeighbour({ ...GOOD, rounds }).problems).toEqual([]);
  }
});

test('rounds in which nothing of the others came to an end are a problem, too', () => {
  const nothing = { count: 0, failed: 0, p50: Number.NaN, p99: Number.NaN };
  const blocked = { ...round(20, 20), beside: { sends: serviceOf(20), joins: nothing } };
  expect(judgeNeighbour({ ...GOOD, rounds: [blocked, round(20, 20), blocked] }).problems).toEqual([
    'joins of others take Infinity ms (p99), Infinity times as long as without the neighbour',
  ]);
});

test('memory without bounds, descriptors that stay and a stop that is not clean are problems', () => {
  const report: NeighbourReport = {
    rounds: [round(10, 20), round(10, 20, MAX_MORE_DESCRIPTORS + 1), round(10, 20)],
    strikes: GOOD.strikes,
    residentMib: { without: 150, beside: MAX_RESIDENT_MIB + 1, underFaults: 200 },
    stopCode: 13,
  };
  expect(judgeNeighbour(report).problems).toEqual([
    `the server held ${MAX_RESIDENT_MIB + 1} MiB, at most ${MAX_RESIDENT_MIB} are expected`,
    `${MAX_MORE_DESCRIPTORS + 1} descriptors stayed open behind the neighbour`,
    'SIGTERM after the neighbour ended with 13',
  ]);
});

test('a kind of strike that never had an effect, and phases with too little in them, show nothing', () => {
  const strikes = GOOD.strikes.map((strike) => ({ ...strike, effective: strike.kind !== 'jsonp' }));
  const quiet = { ...round(10, 20), beside: { sends: serviceOf(20, 33), joins: serviceOf(20) } };
  const { problems, thin } = judgeNeighbour({ ...GOOD, strikes, rounds: [quiet, quiet, quiet] });
  expect(problems).toEqual([]);
  expect(thin).toEqual([
    'sends beside the neighbour: 99, at least 100 are needed',
    'strikes jsonp: none had an effect',
  ]);
});

test('without a system that tells of memory and descriptors, the rest is judged', () => {
  const rounds = GOOD.rounds.map((one) => ({ ...one, descriptors: null }));
  const { problems, thin, figures } = judgeNeighbour({ ...GOOD, rounds, residentMib: null });
  expect({ problems, thin }).toEqual({ problems: [], thin: [] });
  expect(Object.keys(figures).filter((name) => /MiB|descriptors/.test(name))).toEqual([]);
});

test('the last strike of each kind is told in words', () => {
  const strikes = [
    { kind: 'jsonp', effective: true, note: 'first' },
    { kind: 'jsonp', effective: false, note: 'second' },
  ] as const;
  expect(lastNotes(strikes)).toContain('jsonp: second');
  expect(lastNotes(strikes)).toContain('bad-tokens: not tried');
});
