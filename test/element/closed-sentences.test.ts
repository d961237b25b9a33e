import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { closedSentences } from '../../src/element/closed-sentences.js';
import { createTexts } from '../../src/texts/texts.js';

const resource = readFileSync(new URL('../../src/texts/en.ftl', import.meta.url), 'utf8');
const texts = createTexts({ language: 'en', resource, wanted: ['en-GB'], timeZone: 'Europe/Berlin' });
const now = Date.parse('2026-03-28T12:00:00Z');
const nextOpeningAt = Date.parse('2026-03-29T07:00:00Z');
const patient = { viewer: 'user', doctorName: 'Dr. Dee' } as const;
const doctor = { ...patient, viewer: 'doctor' } as const;
const ASK = 'If you need to write, ask your clinic what you can do.';

describe('why nobody can write', () => {
  it('says when the doctor is back, in both zones if they differ', () => {
    const reason = { kind: 'off-duty', nextOpeningAt, runsOutAt: null } as const;
    expect(closedSentences({ ...reason, timeZone: 'America/New_York' }, texts, now, patient)).toEqual([
      'You cannot write now: Dr. Dee is off duty',
      'Messages can be sent from tomorrow at 09:00 (your time).',
      'For Dr. Dee that is tomorrow at 03:00 (America/New York).',
    ]);
    expect(closedSentences({ ...reason, timeZone: 'Europe/Paris' }, texts, now, patient)).toHaveLength(2);
    const own = closedSentences({ ...reason, timeZone: undefined }, texts, now, doctor);
    expect(own[0]).toBe('You cannot write now: you are off duty');
  });

  it('gives dates if one moment falls on two days', () => {
    const reason = { kind: 'off-duty', nextOpeningAt, runsOutAt: null } as const;
    const late = Date.parse('2026-03-28T23:30:00Z');
    const [, here, there] = closedSentences(
      { ...reason, timeZone: 'America/New_York' },
      texts,
      late,
      patient,
    );
    expect(here).toMatch(/^Messages can be sent from Sunday,? 29 March at 09:00 \(your time\)\.$/);
    expect(there).toMatch(/^For Dr\. Dee that is Sunday,? 29 March at 03:00 \(America\/New York\)\.$/);
  });

  it('says what patients and doctors can do once nobody can write any more', () => {
    const runsOutAt = Date.parse('2026-03-28T17:00:00Z');
    const reason = { kind: 'off-duty', nextOpeningAt, timeZone: undefined, runsOutAt } as const;
    const never = { ...reason, nextOpeningAt: null } as const;
    for (const one of [reason, never, { kind: 'ended' }, { kind: 'expired', at: runsOutAt }] as const)
      expect(closedSentences(one, texts, now, patient).at(-1)).toBe(ASK);
    expect(closedSentences({ ...reason, runsOutAt: null }, texts, now, patient)).not.toContain(ASK);
    expect(closedSentences(reason, texts, now, doctor).at(-1)).toBe('Until then it can be extended.');
    // There is no "then" to extend it until.
    expect(closedSentences(never, texts, now, doctor).at(-1)).toBe(
      'No opening is planned within the next year.',
    );
    const onlooker = { ...patient, viewer: null } as const;
    expect(closedSentences({ kind: 'ended' }, texts, now, onlooker)).not.toContain(ASK);
  });

  it('never promises an opening that comes after the consultation has run out', () => {
    const runsOutAt = Date.parse('2026-03-28T17:00:00Z');
    const said = closedSentences(
      { kind: 'off-duty', nextOpeningAt, timeZone: undefined, runsOutAt },
      texts,
      now,
      patient,
    );
    expect(said.join(' ')).toContain('runs out before that, today at 18:00');
    expect(said.join(' ')).not.toContain('can be sent');
    const never = { kind: 'off-duty', nextOpeningAt: null, timeZone: undefined, runsOutAt } as const;
    expect(closedSentences(never, texts, now, patient)[1]).toContain('No opening');
  });

  it('says whether a consultation was ended or has run out', () => {
    expect(closedSentences({ kind: 'ended' }, texts, now, patient)[0]).toBe('This consultation has ended');
    expect(closedSentences({ kind: 'expired', at: now - 86_400_000 }, texts, now, patient)[1]).toContain(
      'yesterday at 13:00',
    );
  });
});
