import { expect, test } from 'vitest';
import { createRecordingLogger } from '../../../src/adapters/memory/loggers.js';
import { timeZoneDataVersion, warnOfOldTimeZones } from '../../../src/adapters/system/time-zone-data.js';

function warningsAt(version: string, now: string): readonly unknown[] {
  const logger = createRecordingLogger();
  warnOfOldTimeZones({ clock: { now: () => Date.parse(now) }, logger, version });
  return logger.entries.map(({ level, event, fields }) => [level, event, fields]);
}

test.each<[string, string, boolean]>([
  ['2025c', '2025-12-10T00:00:00.000Z', false],
  ['2025c', '2026-12-09T23:59:59.999Z', false],
  ['2025c', '2026-12-10T00:00:00.000Z', true],
  ['2025a', '2026-01-14T23:59:59.999Z', false],
  ['2025a', '2026-01-15T00:00:00.000Z', true],
  ['2026c', '2020-01-01T00:00:00.000Z', false],
  // Of those that came later, only the year is known.
  ['2027b', '2028-12-31T23:59:59.999Z', false],
  ['2027b', '2029-01-01T00:00:00.000Z', true],
  ['2027aa', '2029-01-01T00:00:00.000Z', true],
  ['unknown', '2099-01-01T00:00:00.000Z', false],
  ['', '2099-01-01T00:00:00.000Z', false],
])('time-zone data %s at %s: old is %s', (version, now, isOld) => {
  const warning = ['warn', 'time_zones.outdated', { timeZoneData: version }];
  expect(warningsAt(version, now)).toEqual(isOld ? [warning] : []);
});

test('the runtime tells its own release', () => {
  expect(timeZoneDataVersion()).toMatch(/^\d{4}[a-z]+$/);
});
