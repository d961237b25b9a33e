import { describe, expect, it } from 'vitest';
import type { Consultation } from '../../src/protocol/wire.js';
import { dutyOf } from '../../src/room/availability.js';
import { closedReason } from '../../src/room/closed-reason.js';

const now = Date.parse('2026-03-28T12:00:00Z');
const at = (minutes: number): string => new Date(now + minutes * 60_000).toISOString();
const consultation: Consultation = {
  consultationId: 'c',
  isActive: true,
  status: 'open',
  expiresAt: at(120),
  user: { id: 'p', name: 'Pat' },
  doctor: { id: 'd', name: 'Dr. Dee' },
  readSeq: { user: 0, doctor: 0 },
};
const open = { state: 'open', confirmedAt: now } as const;

describe('why nobody can write', () => {
  it('is nothing while the doctor is on duty, or nobody knows', () => {
    expect(closedReason(consultation, open, now)).toBeNull();
    expect(closedReason(consultation, { state: 'unknown' }, now)).toBeNull();
    expect(closedReason(consultation, { state: 'closed', nextOpeningAt: at(-1) }, now)).toBeNull();
  });

  it('is an end, or the time, before it is the schedule', () => {
    const closed = { state: 'closed', nextOpeningAt: at(60) } as const;
    expect(closedReason({ ...consultation, status: 'ended' }, closed, now)).toEqual({ kind: 'ended' });
    expect(closedReason({ ...consultation, expiresAt: at(-1) }, closed, now)).toMatchObject({
      kind: 'expired',
    });
  });

  it('is the schedule, with whether the consultation outlives it', () => {
    const timeZone = 'Europe/Berlin';
    const opening = (minutes: number) =>
      closedReason(consultation, { state: 'closed', nextOpeningAt: at(minutes), timeZone }, now);
    expect(opening(60)).toEqual({
      kind: 'off-duty',
      nextOpeningAt: now + 3_600_000,
      timeZone,
      runsOutAt: null,
    });
    expect(opening(180)).toMatchObject({ runsOutAt: now + 7_200_000 });
    expect(closedReason(consultation, { state: 'closed', nextOpeningAt: null }, now)).toMatchObject({
      nextOpeningAt: null,
      runsOutAt: now + 7_200_000,
    });
  });
});

describe('duty', () => {
  it('ages by the interval that the server tells', () => {
    const hourly = { ...open, confirmedEveryMs: 3_600_000 };
    expect(dutyOf(hourly, true, now + 2.5 * 3_600_000).state).toBe('on');
    expect(dutyOf(hourly, true, now + 2.5 * 3_600_000 + 1).state).toBe('unconfirmed');
    expect(dutyOf({ ...open, confirmedEveryMs: 10 }, true, now + 26).state).toBe('unconfirmed');
    expect(dutyOf(open, true, now + 150_000).state).toBe('on');
  });

  it('is not confirmed by a server that cannot be heard', () => {
    expect(dutyOf(open, false, now)).toEqual({ state: 'unconfirmed', confirmedAt: now });
  });
});
