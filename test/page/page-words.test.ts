import { describe, expect, it } from 'vitest';
import { describeAvailability } from '../../src/page/availability-words.js';
import { describeDraft } from '../../src/page/draft-words.js';
import { sentenceForError, sentenceForFailure } from '../../src/page/error-sentences.js';
import { createEventLog, shownPayload } from '../../src/page/event-log.js';
import { readPageAddress, writePageAddress } from '../../src/page/page-address.js';
import { createTimeWords, englishLocale } from '../../src/page/time-words.js';
import type { WireError } from '../../src/protocol/wire.js';
import { maxMessageLength, messageLength } from '../../src/room/draft.js';
import { canRetry } from '../../src/room/failure.js';

const berlin = createTimeWords('en-GB', 'Europe/Berlin');
/** A Saturday, the evening before the clocks go forward in Berlin. */
const now = Date.parse('2026-03-28T20:00:00.000Z');

const refusal = (change: Partial<WireError>): WireError => ({
  code: 'server.error',
  message: 'the server’s own words',
  ...change,
});

describe('times in the reader’s words', () => {
  it.each([
    ['2026-03-28T21:30:00.000Z', 'today at 22:30'],
    ['2026-03-29T07:00:00.000Z', 'tomorrow at 09:00'],
    ['2026-04-01T07:00:00.000Z', 'Wednesday at 09:00'],
    ['2026-03-27T23:30:00.000Z', 'today at 00:30'],
    ['2026-03-27T07:00:00.000Z', 'yesterday at 08:00'],
  ])('%s is %s', (at, expected) => {
    expect(berlin.moment(Date.parse(at), now)).toBe(expected);
  });

  it('names the date from a week on', () => {
    expect(berlin.moment(Date.parse('2026-04-04T07:00:00.000Z'), now)).toMatch(
      /^Saturday,? 4 April at 09:00$/,
    );
  });

  it('takes the reader’s English where there is one', () => {
    expect(englishLocale(['de-DE', 'en-US'])).toBe('en-US');
    expect(englishLocale(['de-DE'])).toBe('en-GB');
    // What Chromium says in the POSIX locale.
    expect(englishLocale(['en-US@posix', 'en-AU'])).toBe('en-AU');
    expect(englishLocale(['en-US@posix'])).toBe('en-GB');
  });
});

describe('sentences for refusals', () => {
  it('says when a closed schedule opens, in the reader’s time', () => {
    const error = refusal({ code: 'doctor.unavailable', nextOpeningAt: '2026-03-29T07:00:00.000Z' });
    expect(sentenceForError(error, berlin, now)).toBe(
      'The doctor is off duty right now. Messages can be sent again from tomorrow at 09:00 (your time).',
    );
  });

  it('says so when nothing opens, and nothing when it was not told', () => {
    expect(
      sentenceForError(refusal({ code: 'doctor.unavailable', nextOpeningAt: null }), berlin, now),
    ).toContain('No opening');
    expect(sentenceForError(refusal({ code: 'doctor.unavailable' }), berlin, now)).toBe(
      'The doctor is off duty right now.',
    );
  });

  it('rounds a wait up to seconds', () => {
    expect(sentenceForError(refusal({ code: 'rate.limited', retryAfterMs: 1_001 }), berlin, now)).toContain(
      'in 2 seconds',
    );
    expect(sentenceForError(refusal({ code: 'server.overloaded', retryAfterMs: 20 }), berlin, now)).toContain(
      'in 1 second.',
    );
    expect(sentenceForError(refusal({ code: 'rate.limited' }), berlin, now)).toContain('in a moment');
  });

  it.each([
    'request.invalid',
    'consultation.not_found',
    'consultation.inactive',
    'consultation.expired',
    'consultation.forbidden',
    'doctor.unavailable',
    'message.id_conflict',
    'auth.required',
    'auth.invalid',
    'auth.expired',
    'connection.idle',
    'rate.limited',
    'server.overloaded',
    'server.error',
  ] as const)('has a sentence without codes for %s', (code) => {
    const sentence = sentenceForError(refusal({ code }), berlin, now);
    expect(sentence).toMatch(/^[A-Z].*\.$|own words$/u);
    expect(sentence).not.toContain(code);
  });

  it('falls back to the server’s words for a code it does not know', () => {
    const unknown = refusal({ code: 'something.new' as WireError['code'] });
    expect(sentenceForError(unknown, berlin, now)).toBe('the server’s own words');
  });

  it('offers a retry only where the same message can get through', () => {
    expect(canRetry({ kind: 'outbox-full' })).toBe(true);
    expect(canRetry({ kind: 'refused', error: refusal({ code: 'doctor.unavailable' }) })).toBe(true);
    expect(canRetry({ kind: 'refused', error: refusal({ code: 'request.invalid' }) })).toBe(false);
    expect(canRetry({ kind: 'refused', error: refusal({ code: 'message.id_conflict' }) })).toBe(false);
    expect(sentenceForFailure({ kind: 'outbox-full' }, berlin, now)).toContain('wait to be sent');
  });
});

describe('the draft', () => {
  it('counts code points after trimming, as the server does', () => {
    expect(messageLength('  🙂🙂\n')).toBe(2);
    expect(describeDraft(' \n ').sendable).toBe(false);
    expect(describeDraft('🙂'.repeat(maxMessageLength))).toEqual({
      sendable: true,
      tooLong: false,
      counter: '0 characters left',
    });
    expect(describeDraft('x'.repeat(maxMessageLength + 1))).toEqual({
      sendable: false,
      tooLong: true,
      counter: '1 character too long',
    });
  });

  it('counts only near the end', () => {
    expect(describeDraft('x'.repeat(3_599)).counter).toBe('');
    expect(describeDraft('x'.repeat(3_600)).counter).toBe('400 characters left');
  });
});

describe('the availability', () => {
  it('is confirmed for a while and then no longer claimed', () => {
    const open = { state: 'open', confirmedAt: now } as const;
    expect(describeAvailability(open, berlin, now + 2.5 * 60_000)).toEqual({
      tone: 'good',
      headline: 'Doctor is available',
      detail: 'last confirmed 21:00',
    });
    expect(describeAvailability(open, berlin, now + 2.5 * 60_000 + 1).tone).toBe('quiet');
  });

  it('says when duty begins, where it is known', () => {
    const closed = { state: 'closed', nextOpeningAt: '2026-03-29T07:00:00.000Z' } as const;
    expect(describeAvailability(closed, berlin, now).detail).toBe('opens tomorrow at 09:00');
    expect(describeAvailability({ state: 'closed', nextOpeningAt: null }, berlin, now).detail).toBe('');
    expect(describeAvailability({ state: 'unknown' }, berlin, now).tone).toBe('quiet');
  });
});

describe('the event log', () => {
  it('keeps the newest and their numbers', () => {
    const log = createEventLog(2);
    for (const event of ['one', 'two', 'three']) log.add({ direction: 'in', at: now, event, payload: null });
    expect(log.entries().map(({ number, event }) => [number, event])).toEqual([
      [2, 'two'],
      [3, 'three'],
    ]);
    log.clear();
    expect(log.add({ direction: 'out', at: now, event: 'four', payload: { a: 1 } }).number).toBe(4);
    expect(JSON.parse(log.toText())).toEqual({
      number: 4,
      direction: 'out',
      at: '2026-03-28T20:00:00.000Z',
      event: 'four',
      payload: { a: 1 },
    });
  });

  it('bears payloads that are missing or huge', () => {
    expect(shownPayload(undefined)).toBe('');
    expect(shownPayload('x'.repeat(100_000)).length).toBeLessThan(5_000);
  });
});

describe('the page’s address', () => {
  it('has defaults, and comes back as it was written', () => {
    const plain = {
      consultationId: 'consultation-123',
      sender: 'user',
      serverUrl: '',
      joinAtOnce: false,
    } as const;
    expect(readPageAddress('')).toEqual(plain);
    const full = {
      consultationId: 'c-9',
      sender: 'doctor',
      serverUrl: 'http://127.0.0.1:3000',
      joinAtOnce: true,
    } as const;
    expect(readPageAddress(writePageAddress(full))).toEqual(full);
    expect(readPageAddress(writePageAddress(plain))).toEqual(plain);
  });
});
