import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findViolations, judge } from './checker.js';
import { type Clean, type Fate, playCleanly, type Turn } from './clean-history.js';
import type { Applied, Delivery, FinalLog, History, SeenMessage, Send } from './history.js';

const device = fc.nat({ max: 7 });
const fate = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Fate>('ok') },
  { weight: 1, arbitrary: fc.constantFrom<Fate>('no-id', 'refused', 'lost', 'unanswered') },
);
const turn: fc.Arbitrary<Turn> = fc.oneof(
  fc.record({
    type: fc.constant('send'),
    device,
    content: fc.string({ unit: 'grapheme', maxLength: 20 }),
    fate,
  }),
  fc.record({ type: fc.constant('repeat'), device, message: fc.nat() }),
  fc.record({ type: fc.constant('deliver'), device, via: fc.constantFrom('live', 'page') }),
  fc.record({ type: fc.constant('reconnect'), device }),
  fc.record({ type: fc.constant('mark'), device, back: fc.nat() }),
);

/** Has everything in it that a plant below needs: several messages, outcomes of each kind, marks that moved. */
const RICH: readonly Turn[] = [
  ...range(5).map((index): Turn => ({ type: 'send', device: 0, content: `hello ${index}`, fate: 'ok' })),
  ...range(5).map((): Turn => ({ type: 'deliver', device: 2, via: 'live' })),
  { type: 'mark', device: 2, back: 3 },
  { type: 'mark', device: 2, back: 0 },
  { type: 'reconnect', device: 0 },
  { type: 'send', device: 2, content: 'an answer', fate: 'ok' },
  { type: 'send', device: 0, content: 'too late', fate: 'refused' },
  { type: 'send', device: 0, content: 'gone', fate: 'lost' },
  { type: 'send', device: 0, content: 'stored, unanswered', fate: 'unanswered' },
  { type: 'repeat', device: 0, message: 1 },
  { type: 'send', device: 5, content: 'elsewhere', fate: 'no-id' },
];

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}

function found({ history, log }: Clean): readonly string[] {
  return findViolations(history, log).map(({ rule, kind }) => `${rule} ${kind}`);
}

type Plant = (clean: Clean) => Clean;

const withHistory =
  (change: (history: History) => Partial<History>): Plant =>
  (clean) => ({
    ...clean,
    history: { ...clean.history, ...change(clean.history) },
  });
const withLog =
  (change: (log: FinalLog) => Partial<FinalLog>): Plant =>
  (clean) => ({
    ...clean,
    log: { ...clean.log, ...change(clean.log) },
  });
/** In all three places where the server keeps it. */
const withStored = (change: (rows: readonly SeenMessage[]) => readonly SeenMessage[]): Plant =>
  withLog(({ rows }) => ({ rows: change(rows), served: [change(rows), change(rows)], events: change(rows) }));

const withoutIndex = <Item>(items: readonly Item[], index: number): Item[] =>
  items.filter((_, at) => at !== index);
const swapped = <Item>(items: readonly Item[], one: number, other: number): Item[] =>
  items.map((item, at) => (at === one ? (items[other] ?? item) : at === other ? (items[one] ?? item) : item));
const changedAt = <Item>(items: readonly Item[], index: number, change: Partial<Item>): Item[] =>
  items.map((item, at) => (at === index ? { ...item, ...change } : item));

const ofDoctor = ({ device: id }: Applied | Delivery): boolean => id === 'c-1-doctor-0';
const indexOfSend = (history: History, matches: (send: Send) => boolean): number =>
  history.sends.findIndex(matches);

function phantom(message: SeenMessage, seq: number): SeenMessage {
  return { ...message, seq, messageId: 'id-nobody', clientMessageId: 'nobody', content: 'never said' };
}

/** Each breaks one thing in the clean history; what the checker must say of it at least. */
const PLANTS: readonly (readonly [string, string, Plant])[] = [
  [
    'an acknowledged message is not stored',
    'a lost',
    withStored((rows) =>
      rows.filter(({ consultationId, seq }) => consultationId !== 'c-1' || seq !== 7).slice(0, -2),
    ),
  ],
  [
    'a message does not reach one device',
    'a lost',
    withHistory(({ applied }) => ({ applied: withoutIndex(applied, applied.findIndex(ofDoctor) + 1) })),
  ],
  [
    'a delivered message is not stored',
    'a lost',
    withStored((rows) => rows.filter(({ consultationId, seq }) => consultationId !== 'c-1' || seq !== 7)),
  ],
  [
    'the last message does not reach a device that stayed',
    'h not-converged',
    withHistory(({ applied }) => ({
      applied: withoutIndex(applied, applied.map(ofDoctor).lastIndexOf(true)),
    })),
  ],
  [
    'a device shows a message twice',
    'd duplicate',
    withHistory(({ applied }) => ({
      applied: applied.flatMap((one) => (one.message.seq === 2 ? [one, one] : [one])),
    })),
  ],
  [
    'a repeat is broadcast again',
    'd duplicate',
    withHistory(({ deliveries }) => ({ deliveries: deliveries.flatMap((one) => [one, one]) })),
  ],
  [
    'a device shows two messages in the wrong order',
    'd reordered',
    withHistory(({ applied }) => {
      const first = applied.findIndex(ofDoctor);
      return { applied: swapped(applied, first, first + 1) };
    }),
  ],
  [
    'two messages come live in the wrong order',
    'd reordered',
    withHistory(({ deliveries }) => {
      const first = deliveries.findIndex(ofDoctor);
      return { deliveries: swapped(deliveries, first, first + 1) };
    }),
  ],
  [
    'a message is stored with other content',
    'f corrupted',
    withStored((rows) => changedAt(rows, 1, { content: 'something else' })),
  ],
  [
    'a message is stored in another Unicode normal form',
    'f corrupted',
    (clean) => {
      const say = (content: string) => ({ content });
      const sent = withHistory(({ sends }) => ({ sends: changedAt(sends, 0, say('1 \u00e9')) }))(clean);
      return withStored((rows) => changedAt(rows, 0, say('1 e\u0301')))(sent);
    },
  ],
  [
    'a message arrives with other content than is stored',
    'f corrupted',
    withHistory(({ applied }) => ({
      applied: applied.map((one, at) =>
        at === 1 ? { ...one, message: { ...one.message, content: `${one.message.content}!` } } : one,
      ),
    })),
  ],
  [
    'a message is stored that nobody sent',
    'b phantom',
    withStored((rows) => [...rows, phantom(rows.at(-1) ?? never(), (rows.at(-1)?.seq ?? 0) + 1)]),
  ],
  [
    'a message is delivered that nobody sent',
    'b phantom',
    withHistory(({ deliveries }) => ({
      deliveries: deliveries.map((one, at) =>
        at === 0 ? { ...one, message: phantom(one.message, 1) } : one,
      ),
    })),
  ],
  [
    'a message arrives before it is sent',
    'b phantom',
    withHistory(({ deliveries }) => ({ deliveries: changedAt(deliveries, 0, { at: 0 }) })),
  ],
  [
    'a message of another consultation is shown',
    'b phantom',
    withHistory(({ applied }) => ({ applied: changedAt(applied, 0, { device: 'c-2-user-0' }) })),
  ],
  [
    'a message that was only refused is stored',
    'b refused-appears',
    withHistory(({ sends }) => ({
      sends: sends.map((send) =>
        send.clientMessageId === 'm-2'
          ? { ...send, outcome: { type: 'refused', code: 'doctor.unavailable' } }
          : send,
      ),
    })),
  ],
  [
    'a seq is left out',
    'd seq-gap',
    withStored((rows) => rows.map((row) => (row.seq > 3 ? { ...row, seq: row.seq + 1 } : row))),
  ],
  [
    'one id is stored with two seqs',
    'c stored-twice',
    withStored((rows) => {
      const [first] = rows;
      const last = rows.filter(({ consultationId }) => consultationId === 'c-1').at(-1);
      return [...rows, { ...(first ?? never()), messageId: 'id-again', seq: (last?.seq ?? 0) + 1 }];
    }),
  ],
  [
    'a repeat is answered with another seq',
    'c two-answers',
    withHistory((history) => {
      const repeat = indexOfSend(
        history,
        ({ outcome }) => outcome.type === 'ok' && outcome.duplicate === true,
      );
      const { outcome } = history.sends[repeat] ?? never();
      return outcome.type === 'ok'
        ? { sends: changedAt(history.sends, repeat, { outcome: { ...outcome, seq: 99 } }) }
        : {};
    }),
  ],
  [
    'a repeat is answered as new',
    'c stored-twice',
    withHistory((history) => {
      const repeat = indexOfSend(
        history,
        ({ outcome }) => outcome.type === 'ok' && outcome.duplicate === true,
      );
      const { outcome } = history.sends[repeat] ?? never();
      return outcome.type === 'ok'
        ? { sends: changedAt(history.sends, repeat, { outcome: { ...outcome, duplicate: false } }) }
        : {};
    }),
  ],
  [
    'a repeat of the same content is refused as a conflict',
    'c false-conflict',
    withHistory((history) => {
      const repeat = indexOfSend(
        history,
        ({ outcome }) => outcome.type === 'ok' && outcome.duplicate === true,
      );
      const outcome = { type: 'refused', code: 'message.id_conflict' } as const;
      return { sends: changedAt(history.sends, repeat, { outcome }) };
    }),
  ],
  [
    'what was sent after an acknowledgement is stored before it',
    'e real-time-order',
    (clean) => {
      const swap = (row: SeenMessage): number => (row.seq === 1 ? 2 : row.seq === 2 ? 1 : row.seq);
      const reseq = (row: SeenMessage): SeenMessage =>
        row.consultationId === 'c-1' ? { ...row, seq: swap(row) } : row;
      const sorted = withStored((rows) => rows.map(reseq).sort((one, other) => one.seq - other.seq))(clean);
      return withHistory(({ sends }) => ({
        sends: sends.map((send) =>
          send.consultationId === 'c-1' && send.outcome.type === 'ok' && send.outcome.seq < 3
            ? { ...send, outcome: { ...send.outcome, seq: 3 - send.outcome.seq } }
            : send,
        ),
      }))(sorted);
    },
  ],
  [
    'a head is told that lies behind what was acknowledged',
    'e stale-head',
    withHistory(({ looks }) => ({
      looks: changedAt(looks, 0, { outcome: { type: 'ok', headSeq: 4, readSeq: null } }),
    })),
  ],
  [
    'a read mark lies beyond what was delivered',
    'g mark-beyond',
    withHistory(({ readNotices }) => ({ readNotices: changedAt(readNotices, 0, { seq: 6 }) })),
  ],
  [
    'a read mark goes back',
    'g mark-back',
    withHistory(({ readNotices }) => ({ readNotices: [...readNotices].reverse() })),
  ],
  [
    'a read mark goes back in the log',
    'g mark-back',
    withLog(({ readEvents }) => ({ readEvents: [...readEvents].reverse() })),
  ],
  [
    'a read mark has gone back for one who joins',
    'g mark-back',
    withHistory(({ looks }) => ({
      looks: changedAt(looks, 0, { outcome: { type: 'ok', headSeq: 5, readSeq: { user: 0, doctor: 2 } } }),
    })),
  ],
  [
    'an answered read mark is not stored',
    'g mark-lost',
    withLog(({ readSeq }) => ({
      readSeq: new Map([...readSeq].map(([id]) => [id, { user: 0, doctor: 0 }])),
    })),
  ],
  ...(['headSeq', 'readSeq', 'unread'] as const).map((count): (typeof PLANTS)[number] => [
    `an inbox shows another ${count} than the log has`,
    'h inbox-differs',
    withLog(({ inboxes }) => ({
      inboxes: inboxes.map((one, at) =>
        at === 3 && one.counts !== null
          ? { ...one, counts: { ...one.counts, [count]: one.counts[count] + 1 } }
          : one,
      ),
    })),
  ]),
  [
    'an inbox never shows a consultation',
    'h inbox-differs',
    withLog(({ inboxes }) => ({ inboxes: changedAt(inboxes, 0, { counts: null }) })),
  ],
  [
    'the server and its database disagree',
    'd readers-disagree',
    withLog(({ served: [first = [], ...others] }) => ({ served: [first.slice(1), ...others] })),
  ],
  [
    'a process serves another text than the others',
    'd readers-disagree',
    withLog(({ served: [first = [], second = []] }) => ({
      served: [first, changedAt(second, 1, { content: 'another' })],
    })),
  ],
  [
    'the event log and the read model disagree',
    'd readers-disagree',
    withLog(({ events }) => ({ events: changedAt(events, 0, { sentAt: '2026-01-01T00:00:00.000Z' }) })),
  ],
];

function never(): never {
  throw new Error('the clean history lacks what this plant needs');
}

describe('the checker', () => {
  test('finds nothing in what a server without fault leaves behind', () => {
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 120 }), (turns) => {
        expect(found(playCleanly(turns))).toEqual([]);
      }),
    );
    expect(found(playCleanly(RICH))).toEqual([]);
  });

  test.each(PLANTS)('turns red when %s: %s', (_, expected, plant) => {
    expect(found(plant(playCleanly(RICH)))).toContain(expected);
  });

  test('finds a loss, a duplicate and a corruption wherever they are in any history', () => {
    fc.assert(
      fc.property(fc.array(turn, { minLength: 40, maxLength: 120 }), fc.nat(), (turns, choice) => {
        const clean = playCleanly([...RICH, ...turns]);
        const index = choice % clean.history.applied.length;
        const planted = (change: (applied: readonly Applied[]) => readonly Applied[]): readonly string[] =>
          found(withHistory(({ applied }) => ({ applied: change(applied) }))(clean));
        const lost = planted((applied) => withoutIndex(applied, index));
        expect(lost.some((name) => name === 'a lost' || name === 'h not-converged')).toBe(true);
        const twice = (applied: readonly Applied[]) =>
          applied.flatMap((one, at) => (at === index ? [one, one] : [one]));
        expect(planted(twice)).toContain('d duplicate');
        const corrupted = planted((applied) =>
          applied.map((one, at) =>
            at === index ? { ...one, message: { ...one.message, sentAt: 'never' } } : one,
          ),
        );
        expect(corrupted).toContain('f corrupted');
      }),
    );
  });

  test('says that it does not know when too little was tried, and what', () => {
    const { history, log } = playCleanly(RICH);
    expect(judge(history, log, { operations: 5 })).toMatchObject({ verdict: 'pass', thin: [] });
    expect(judge(history, log, { operations: 5, 'fault server-killed': 1 })).toMatchObject({
      verdict: 'unknown',
      thin: ['fault server-killed: 0, at least 1 are needed'],
    });
    const fired = { kind: 'server-killed', at: 1, effective: true, note: '' };
    const withFault = (effective: boolean) => ({ ...history, faults: [{ ...fired, effective }] });
    const needed = { 'fault server-killed': 1 };
    expect(judge(withFault(true), log, needed).verdict).toBe('pass');
    expect(judge(withFault(false), log, needed).verdict).toBe('unknown');
    const empty = playCleanly([]);
    expect(judge(empty.history, empty.log).verdict).toBe('unknown');
  });

  test('a violation counts more than thin coverage', () => {
    const { history, log } = playCleanly(RICH);
    expect(judge(history, { ...log, rows: log.rows.slice(1) }).verdict).toBe('fail');
  });
});
