import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodePeerMessage,
  encodePeerMessage,
  MAX_PEER_MESSAGE_LENGTH,
  peerMessageStart,
  storedMessageAround,
} from '../../../src/adapters/codec/peer-message-codec.js';
import type { RecordedEvent } from '../../../src/application/ports/event-store.js';
import type { News, PeerMessage, PresentPerson } from '../../../src/application/ports/peers.js';

const FROM = '3f0c2a34-process_1';
const OPENED: RecordedEvent = {
  streamId: 'consultation:c-1',
  version: 1,
  event: {
    type: 'ConsultationOpened',
    data: {
      consultationId: 'c-1',
      patientId: 'p-1',
      doctorId: 'd-1',
      expiresAt: Date.UTC(2026, 2, 3, 12, 0, 0, 1),
    },
  },
  actor: { kind: 'admin', id: 'a-1' },
  occurredAt: 1_764_300_000_123,
};
const SENT: RecordedEvent = {
  streamId: 'consultation:c-1',
  version: 2,
  event: {
    type: 'MessageSent',
    data: {
      consultationId: 'c-1',
      messageId: 'm-1',
      seq: 1,
      sender: 'user',
      content: 'two\nlines, "quoted", שלום 👩🏽‍⚕️',
      clientMessageId: null,
    },
  },
  actor: { kind: 'patient', id: 'p-1' },
  occurredAt: 1_764_300_001_000,
};
const PERSON: PresentPerson = { consultationId: 'c-1', userId: 'p-1', sender: 'user' };

const NEWS: readonly News[] = [
  { type: 'stored', events: [OPENED, SENT] },
  { type: 'moved', streams: [{ streamId: 'doctor:d-1', version: 7 }] },
  { type: 'hello' },
  { type: 'goodbye' },
  { type: 'alive', knows: [] },
  { type: 'alive', knows: ['one', 'two'] },
  { type: 'arrived', person: PERSON },
  { type: 'left', person: { ...PERSON, sender: null } },
  { type: 'roster', part: 1, parts: 1, people: [] },
  { type: 'roster', part: 2, parts: 3, people: [PERSON, { ...PERSON, userId: 'd-1', sender: 'doctor' }] },
  { type: 'typing', person: PERSON, isTyping: false },
];

function rowsOf(text: string): unknown[] {
  return JSON.parse(text) as unknown[];
}

describe('what processes tell each other', () => {
  test.each(NEWS.map((news) => [news.type, news] as const))('%s comes out as it went in', (_type, news) => {
    for (const number of [null, 1, Number.MAX_SAFE_INTEGER]) {
      const message: PeerMessage = { from: FROM, number, news };
      const text = encodePeerMessage(message);
      expect(decodePeerMessage(text)).toEqual(message);
      expect(text.startsWith(peerMessageStart(FROM))).toBe(true);
      expect(text.startsWith(peerMessageStart(`${FROM}x`))).toBe(false);
      expect(text).not.toContain('\n');
    }
  });

  test('the store can put a message together of rows', () => {
    const [, , , , ...rows] = rowsOf(
      encodePeerMessage({ from: FROM, number: 1, news: { type: 'stored', events: [OPENED, SENT] } }),
    );
    const { before, after } = storedMessageAround(FROM);
    // With the spaces that PostgreSQL writes, and the idempotency key that its rows have behind the others.
    const texts = rows.map((row) => JSON.stringify([...(row as unknown[]), 'key'], null, 1));
    expect(decodePeerMessage(`${before}${texts.join(', ')}${after}`)).toEqual({
      from: FROM,
      number: null,
      news: { type: 'stored', events: [OPENED, SENT] },
    });
  });
});

describe('what a newer version tells', () => {
  const moved = { type: 'moved', streams: [{ streamId: 'consultation:c-1', version: 2 }] };

  test.each([
    ['a type', 2, 'MessageStarred'],
    ['a version', 3, 99],
    ['a kind of actor', 5, 'robot'],
  ])('of an event with %s that is not known here, it says how far the streams moved', (_what, at, value) => {
    const parts = rowsOf(
      encodePeerMessage({ from: FROM, number: 4, news: { type: 'stored', events: [OPENED, SENT] } }),
    );
    (parts[5] as unknown[])[at] = value;
    expect(decodePeerMessage(JSON.stringify(parts))).toEqual({ from: FROM, number: 4, news: moved });
  });

  test('an event that was too large is left out by the store, and its stream has moved', () => {
    const parts = rowsOf(
      encodePeerMessage({ from: FROM, number: 4, news: { type: 'stored', events: [OPENED] } }),
    );
    parts.push(['consultation:c-1', 2]);
    expect(decodePeerMessage(JSON.stringify(parts))).toMatchObject({ news: moved });
  });

  test('news of a type that is not known here are not understood, but have been heard; nothing is heard of another form', () => {
    for (const number of [7, null]) {
      const text = JSON.stringify([1, FROM, number, 'dancing', 7]);
      expect(decodePeerMessage(text)).toEqual({ from: FROM, number, news: { type: 'unknown' } });
    }
    expect(decodePeerMessage(JSON.stringify([2, { from: FROM }]))).toBe('unknown');
  });

  test('fields behind those that are known do no harm', () => {
    expect(decodePeerMessage(JSON.stringify([1, FROM, 1, 'hello', 'more', {}]))).toMatchObject({
      news: { type: 'hello' },
    });
    expect(
      decodePeerMessage(JSON.stringify([1, FROM, 1, 'arrived', ['c-1', 'p-1', 'user', 'phone']])),
    ).toMatchObject({ news: { type: 'arrived', person: PERSON } });
  });
});

describe('what nobody tells', () => {
  const rowOfSent = (): unknown[] =>
    rowsOf(
      encodePeerMessage({ from: FROM, number: 1, news: { type: 'stored', events: [SENT] } }),
    )[4] as unknown[];

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['an object', { from: FROM }],
    ['an empty list', []],
    ['no form', ['1', FROM, 1, 'hello']],
    ['no process', [1, null, 1, 'hello']],
    ['a process with another name than one has', [1, 'a","b', 1, 'hello']],
    ['number 0', [1, FROM, 0, 'hello']],
    ['half a number', [1, FROM, 1.5, 'hello']],
    ['no type', [1, FROM, 1]],
    ['stored nothing', [1, FROM, 1, 'stored']],
    ['stored what is no row', [1, FROM, 1, 'stored', 'row']],
    ['stored in no stream', [1, FROM, 1, 'stored', ['c-1', ...rowOfSent().slice(1)]]],
    ['stored version 0', [1, FROM, 1, 'stored', rowOfSent().with(1, 0)]],
    ['stored data of another shape', [1, FROM, 1, 'stored', rowOfSent().with(4, { content: 7 })]],
    ['stored without an instant', [1, FROM, 1, 'stored', rowOfSent().with(7, null)]],
    ['moved nothing', [1, FROM, 1, 'moved']],
    ['moved to nowhere', [1, FROM, 1, 'moved', ['doctor:d-1', null]]],
    ['alive with a nameless one', [1, FROM, 1, 'alive', '']],
    ['arrived nobody', [1, FROM, 1, 'arrived']],
    ['left as somebody else', [1, FROM, 1, 'left', ['c-1', 'p-1', 'admin']]],
    ['roster without parts', [1, FROM, 1, 'roster', 1, ['c-1', 'p-1', null]]],
    ['roster part 3 of 2', [1, FROM, 1, 'roster', 3, 2]],
    ['typing perhaps', [1, FROM, 1, 'typing', ['c-1', 'p-1', 'user'], 1]],
  ])('%s is malformed', (_name, value) => {
    expect(decodePeerMessage(JSON.stringify(value) ?? '')).toBe('malformed');
  });

  test('a text that is too long is not read', () => {
    expect(decodePeerMessage(`${' '.repeat(MAX_PEER_MESSAGE_LENGTH)}[]`)).toBe('malformed');
  });

  test('no text makes it throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        decodePeerMessage(text);
      }),
    );
    const scalar = fc.oneof(fc.json(), fc.integer(), fc.string(), fc.constant(null), fc.constant(FROM));
    const type = fc.constantFrom(...new Set(NEWS.map((news) => news.type)));
    fc.assert(
      fc.property(type, fc.array(fc.oneof(scalar, fc.array(scalar))), (name, fields) => {
        decodePeerMessage(JSON.stringify([1, FROM, 1, name, ...fields]));
      }),
    );
  });
});
