import { expect, it } from 'vitest';
import { durationWords } from '../../src/people/durations.js';

const MINUTE_MS = 60_000;

it.each([
  [MINUTE_MS, '1 minute'],
  [59 * MINUTE_MS, '59 minutes'],
  [119 * MINUTE_MS, '119 minutes'],
  [120 * MINUTE_MS, '2 hours'],
  [47 * 60 * MINUTE_MS, '47 hours'],
  [50 * 60 * MINUTE_MS, '2 days'],
])('%i ms are %s', (ms, words) => {
  expect(durationWords(ms, 'en')).toBe(words);
});

it.each([-5, 0, MINUTE_MS - 1])('%i ms are no minute yet', (ms) => {
  expect(durationWords(ms, 'en')).toBeNull();
});
