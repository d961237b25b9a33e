import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toWireMessage } from '../../../src/adapters/edge/wire-message.js';
import { jsonBytes, withinBudget } from '../../../src/application/lookup/page-budget.js';
import { MAX_PAGE_BYTES } from '../../../src/application/ports/message-history.js';
import type { ChatMessage } from '../../../src/application/ports/notification.js';

const sentBytes = (messages: readonly ChatMessage[]): number =>
  Buffer.byteLength(JSON.stringify(messages.map(toWireMessage)));

function messages(count: number, content: string, name = 'Mx Patient'): ChatMessage[] {
  return Array.from({ length: count }, (_, index) => ({
    messageId: '0'.repeat(36),
    consultationId: 'c'.repeat(64),
    seq: 2_000_000_000 + index,
    sender: 'doctor',
    content,
    clientMessageId: '\u0001'.repeat(64),
    sentAt: Date.parse('2026-03-02T10:00:00.000Z'),
    patient: { id: 'p'.repeat(64), name },
    doctor: { id: 'd'.repeat(64), name },
  }));
}

describe('an answer with messages', () => {
  test.each([
    ['emoji', '🎉'.repeat(4_000)],
    ['control characters, six bytes each', '\u0001'.repeat(4_000)],
    ['quotes', '"'.repeat(4_000)],
    ['three bytes each', '\u2028'.repeat(4_000)],
  ])('has no more bytes than its budget, and uses it: %s', (_name, content) => {
    for (const from of ['first', 'last'] as const) {
      const all = messages(200, content);
      const kept = withinBudget(all, from);
      expect(sentBytes(kept)).toBeLessThanOrEqual(MAX_PAGE_BYTES);
      expect(sentBytes(kept)).toBeGreaterThan(MAX_PAGE_BYTES - 2 * sentBytes(all.slice(0, 1)));
      expect(kept).toEqual(from === 'first' ? all.slice(0, kept.length) : all.slice(-kept.length));
    }
  });

  test('counts the names of its people, which every message repeats', () => {
    const kept = withinBudget(messages(200, 'hi', '名'.repeat(200)), 'first');
    expect(sentBytes(kept)).toBeLessThanOrEqual(MAX_PAGE_BYTES);
    expect(kept.length).toBeGreaterThan(50);
  });

  test('is whole where the messages are ordinary, and never empty', () => {
    expect(withinBudget(messages(200, 'Good morning'), 'first')).toHaveLength(200);
    expect(withinBudget(messages(3, 'x'.repeat(MAX_PAGE_BYTES)), 'last')).toHaveLength(1);
    expect(withinBudget([], 'first')).toEqual([]);
  });

  test('counts the bytes of a text as JSON has them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(jsonBytes(text)).toBe(Buffer.byteLength(JSON.stringify(text)) - 2);
      }),
    );
  });
});
