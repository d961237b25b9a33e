import { expect, test } from 'vitest';
import { createRecorder, type History, type Look, type Send } from '../history.js';
import { percentile, serviceBetween } from './service.js';

const PLACE = { device: 'device', consultationId: 'busy-1' };
const OK_SEND = { type: 'ok', messageId: 'm', seq: 1, sentAt: '', duplicate: false } as const;
const UNKNOWN = { type: 'unknown', reason: 'no answer' } as const;
const refused = (code: string) => ({ type: 'refused', code }) as const;
const OK_JOIN = { type: 'ok', headSeq: 1, readSeq: { user: 0, doctor: 0 } } as const;
const OK_PAGE = { type: 'ok', headSeq: 1, readSeq: null } as const;

function send(invokedAt: number, tookMs: number, outcome: Send['outcome'] = OK_SEND): Send {
  const message = { sender: 'user', clientMessageId: null, content: 'x' } as const;
  return { ...PLACE, ...message, invokedAt, settledAt: invokedAt + tookMs, outcome };
}

function look(invokedAt: number, tookMs: number, outcome: Look['outcome']): Look {
  return { ...PLACE, invokedAt, settledAt: invokedAt + tookMs, outcome };
}

function historyOf(sends: readonly Send[], looks: readonly Look[] = []): History {
  return { ...createRecorder().history(), sends, looks };
}

test('a percentile is one of the values, by nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  expect([0.01, 0.5, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([1, 50, 99, 100]);
  expect(percentile([7], 0.99)).toBe(7);
  expect(percentile([], 0.99)).toBeNaN();
});

test('what began within the phase counts, however late it ended', () => {
  const { sends } = serviceBetween(historyOf([send(9, 1), send(10, 500), send(19, 2), send(20, 3)]), 10, 20);
  expect(sends).toEqual({ count: 2, failed: 0, p50: 2, p99: 500 });
});

test('what is not answered counts with the time that it was waited for, a refusal by a rule not at all', () => {
  const history = historyOf([
    send(1, 5),
    send(2, 8_000, UNKNOWN),
    send(3, 4_000, refused('server.overloaded')),
    send(4, 1, refused('consultation.expired')),
  ]);
  expect(serviceBetween(history, 0, 10).sends).toEqual({ count: 3, failed: 2, p50: 4_000, p99: 8_000 });
});

test('of the looks, joins count and pages do not', () => {
  const looks = [look(1, 3, OK_JOIN), look(2, 90, OK_PAGE), look(3, 5_000, UNKNOWN)];
  expect(serviceBetween(historyOf([], looks), 0, 10).joins).toEqual({
    count: 2,
    failed: 1,
    p50: 3,
    p99: 5_000,
  });
});
