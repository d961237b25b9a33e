import { describe, expect, test } from 'vitest';
import type { AppendRequest, RecordedEvent } from '../../../src/application/ports/event-store.js';
import {
  entryRead,
  isBuiltOnFailedAppend,
  isRecordedDensely,
  movePending,
  moveStored,
} from '../../../src/application/streams/stream-entry.js';
import { InvariantViolation } from '../../../src/domain/invariant.js';
import { ADMIN_ACTOR } from '../../support/clinic.js';

const DECIDED = { streamId: 'patient:p-1', actor: ADMIN_ACTOR, occurredAt: 0 } as const;
const event = { type: 'PatientRegistered', data: { patientId: 'p-1', name: 'Ida' } } as const;
const TWO_AT_3: AppendRequest = { ...DECIDED, expectedVersion: 3, events: [event, event] };

function recordedAt(...versions: number[]): RecordedEvent[] {
  return versions.map((version) => ({ ...DECIDED, version, event }));
}

describe('the pending state', () => {
  test('goes ahead of the stored one, which follows in any order', () => {
    const entry = entryRead({ state: 'read', version: 3 });
    movePending(entry, 'fourth', 4);
    movePending(entry, 'fifth', 5);
    expect(entry).toMatchObject({ pending: 'fifth', pendingVersion: 5, stored: 'read', storedVersion: 3 });
    moveStored(entry, 'fifth', 5);
    moveStored(entry, 'fourth', 4);
    expect(entry).toMatchObject({ pending: 'fifth', pendingVersion: 5, stored: 'fifth', storedVersion: 5 });
  });

  test('is never behind the stored one', () => {
    const entry = entryRead({ state: 'read', version: 3 });
    expect(() => moveStored(entry, 'not decided', 4)).toThrow(InvariantViolation);
    const behind = { ...entry, storedVersion: 4 };
    expect(() => movePending(behind, 'fifth', 5)).toThrow(InvariantViolation);
  });

  test('never goes back', () => {
    const entry = entryRead({ state: 'read', version: 3 });
    for (const version of [2, 3]) {
      expect(() => movePending(entry, 'again', version)).toThrow(InvariantViolation);
    }
    expect(() => entryRead({ state: 'nothing', version: -1 })).toThrow(InvariantViolation);
  });
});

describe('an answer without an append', () => {
  const [stored, lost] = [Promise.resolve({ outcome: 'appended' }), Promise.resolve({ outcome: 'conflict' })];
  test.each([
    ['nothing in flight', null, false],
    ['what is stored by then', stored, false],
    ['what met a conflict', lost, true],
  ])('is built on %s', async (_what, inFlight, isOnNothing) => {
    const entry = { ...entryRead({ state: 'read', version: 3 }), inFlight };
    expect(await isBuiltOnFailedAppend(entry)).toBe(isOnNothing);
  });

  test('is built on what failed', async () => {
    const inFlight = Promise.reject(new Error('the database is gone'));
    expect(await isBuiltOnFailedAppend({ ...entryRead({ state: 'read', version: 3 }), inFlight })).toBe(true);
  });
});

test.each([
  ['at the versions behind the one expected', [4, 5], true],
  ['at another version', [5, 6], false],
  ['with a gap', [4, 6], false],
  ['twice at one version', [4, 4], false],
  ['in part', [4], false],
  ['with one too many', [4, 5, 6], false],
])('events recorded %s', (_how, versions, isDense) => {
  expect(isRecordedDensely(TWO_AT_3, recordedAt(...versions))).toBe(isDense);
});
