import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message, Sender } from '../../src/protocol/wire.js';
import {
  createTimeline,
  maxShownMessages,
  type OutgoingMessage,
  type TimelineEntry,
} from '../../src/room/timeline.js';

const start = Date.parse('2026-03-29T07:00:00.000Z');
const minute = 60_000;
const dayKey = (at: number): string => new Date(at).toISOString().slice(0, 10);

function message(seq: number, change: Partial<Message> = {}): Message {
  return {
    messageId: `message-${seq}`,
    consultationId: 'consultation-123',
    sender: 'user',
    content: `text ${seq}`,
    sentAt: new Date(start + seq * 1000).toISOString(),
    user: { id: 'p', name: 'Pat' },
    doctor: { id: 'd', name: 'Dr. Dee' },
    seq,
    ...change,
  };
}

function outgoing(clientMessageId: string, change: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return {
    clientMessageId,
    consultationId: 'consultation-123',
    sender: 'user',
    content: `draft ${clientMessageId}`,
    writtenAt: start + 30 * minute,
    progress: { state: 'sending' },
    ...change,
  };
}

const shape = (entries: readonly TimelineEntry[]): string[] =>
  entries.flatMap((entry) => {
    if (entry.kind === 'day') return [];
    return [entry.kind === 'note' ? `(${entry.note})` : entry.content];
  });

describe('the timeline', () => {
  it('shows every message once and by seq, in whatever order and however often they come', () => {
    const arrivals = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 80 });
    fc.assert(
      fc.property(arrivals, (seqs) => {
        const timeline = createTimeline();
        for (const seq of seqs) timeline.addMessages([message(seq)]);
        const expected = [...new Set(seqs)].sort((a, b) => a - b).map((seq) => `text ${seq}`);
        expect(shape(timeline.entries(dayKey))).toEqual(expected);
      }),
    );
  });

  it('answers with the messages that are new', () => {
    const timeline = createTimeline();
    timeline.addMessages([message(1)]);
    expect(timeline.addMessages([message(1), message(2)]).map(({ seq }) => seq)).toEqual([2]);
  });

  it('keeps what is not stored yet at the end', () => {
    const timeline = createTimeline();
    timeline.setOutgoing(outgoing('a'));
    timeline.addMessages([message(1), message(2)]);
    expect(shape(timeline.entries(dayKey))).toEqual(['text 1', 'text 2', 'draft a']);
  });

  it('shows a message once and under one key, whether the acknowledgement or the broadcast is first', () => {
    const stored = { state: 'stored', seq: 1, sentAt: new Date(start).toISOString() } as const;
    const back = message(1, { clientMessageId: 'a', content: 'draft a' });
    for (const order of ['ack first', 'broadcast first']) {
      const timeline = createTimeline();
      timeline.setOutgoing(outgoing('a'));
      const keyBefore = timeline.entries(dayKey).at(-1)?.key;
      if (order === 'ack first') timeline.setOutgoing(outgoing('a', { progress: stored }));
      timeline.addMessages([back]);
      if (order === 'broadcast first') timeline.setOutgoing(outgoing('a', { progress: stored }));
      const entries = timeline.entries(dayKey);
      expect(shape(entries), order).toEqual(['draft a']);
      expect(entries.at(-1), order).toMatchObject({ kind: 'message', key: keyBefore });
    }
  });

  it('puts an acknowledged message at its seq before the broadcast comes', () => {
    const timeline = createTimeline();
    timeline.addMessages([message(1), message(3)]);
    timeline.setOutgoing(
      outgoing('a', { progress: { state: 'stored', seq: 2, sentAt: new Date(start).toISOString() } }),
    );
    expect(shape(timeline.entries(dayKey))).toEqual(['text 1', 'draft a', 'text 3']);
  });

  it('does not take the other side’s message for its own because of an equal id', () => {
    const timeline = createTimeline();
    timeline.setOutgoing(outgoing('a'));
    timeline.addMessages([message(1, { sender: 'doctor', clientMessageId: 'a' })]);
    expect(shape(timeline.entries(dayKey))).toEqual(['text 1', 'draft a']);
  });

  it('leaves a note where the conversation was when it came, also when a gap is filled later', () => {
    const timeline = createTimeline();
    timeline.addMessages([message(2)]);
    timeline.addNote('Dr. Dee joined', start);
    timeline.addMessages([message(1), message(3)]);
    expect(shape(timeline.entries(dayKey))).toEqual(['text 1', 'text 2', '(Dr. Dee joined)', 'text 3']);
  });

  it('has a note where it stood before, and changes what it says in its place', () => {
    const timeline = createTimeline();
    timeline.addMessages([message(1), message(2)]);
    const key = timeline.addNote('Dr. Dee joined', start);
    timeline.addNote('ended', start, 1);
    timeline.addMessages([message(3)]);
    timeline.changeNote(key, 'Dr. Dee joined and left again');
    expect(shape(timeline.entries(dayKey))).toEqual([
      'text 1',
      '(ended)',
      'text 2',
      '(Dr. Dee joined and left again)',
      'text 3',
    ]);
  });

  it('groups what one sender says within five minutes, and tells the time where more than one lies between', () => {
    const at = (minutes: number, sender: Sender) => ({
      sender,
      sentAt: new Date(start + minutes * minute).toISOString(),
    });
    const timeline = createTimeline();
    timeline.addMessages([
      message(1, at(0, 'user')),
      message(2, at(1, 'user')),
      message(3, at(6, 'user')),
      message(4, at(12, 'user')),
      message(5, at(12, 'doctor')),
    ]);
    const groups = timeline
      .entries(dayKey)
      .flatMap((entry) => ('startsGroup' in entry ? [[entry.startsGroup, entry.endsGroup]] : []));
    expect(groups).toEqual([
      [true, false],
      [false, true],
      [false, true],
      [true, true],
      [true, true],
    ]);
  });

  it('names each day once, and never goes back to one', () => {
    const timeline = createTimeline();
    timeline.addMessages([message(1), message(2, { sentAt: '2026-03-30T08:00:00.000Z' })]);
    timeline.addNote('You joined', start);
    timeline.addMessages([message(3, { sentAt: '2026-03-30T09:00:00.000Z' })]);
    const days = timeline.entries(dayKey).filter(({ kind }) => kind === 'day');
    expect(days.map(({ key }) => key)).toEqual(['day:2026-03-29', 'day:2026-03-30']);
  });

  it('drops the oldest beyond its bound', () => {
    const timeline = createTimeline();
    timeline.addMessages(Array.from({ length: maxShownMessages + 5 }, (_, index) => message(index + 1)));
    expect(shape(timeline.entries(dayKey))[0]).toBe('text 6');
  });

  it('is empty after clearing', () => {
    const timeline = createTimeline();
    timeline.addMessages([message(1)]);
    timeline.setOutgoing(outgoing('a'));
    timeline.addNote('You joined', start);
    timeline.clear();
    expect(timeline.entries(dayKey)).toEqual([]);
  });
});
