import { expect, it } from 'vitest';
import { initials } from '../../src/room/initials.js';

it.each([
  ['Dr. Maya Lindqvist', 'ML'],
  ['Prof. Dr. med. Anna-Katharina von Rothenburg', 'AR'],
  ['PD Dr. rer. nat. habil. Jan Roth', 'PR'],
  ['Dr. h.c. Noor Aziz', 'NA'],
  ['Mr Tom Baker', 'TB'],
  ['J. Smith', 'JS'],
  ['Cem', 'C'],
  ['Dr.', ''],
  ['', ''],
])('%s is %s', (name, expected) => {
  expect(initials(name)).toBe(expected);
});
