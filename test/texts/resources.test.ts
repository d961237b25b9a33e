import { readFileSync } from 'node:fs';
import { FluentBundle, FluentResource } from '@fluent/bundle';
import { describe, expect, it } from 'vitest';
import type { ClientErrorCode, ErrorCode, HandshakeErrorCode } from '../../src/client/index.js';
import { directionOf, LANGUAGES, type Language } from '../../src/texts/languages.js';
import { englishTexts, loadTexts } from '../../src/texts/load-texts.js';
import { refusalMessage } from '../../src/texts/refusal-ids.js';

const sourceOf = (language: Language): string =>
  readFileSync(new URL(`../../src/texts/${language}.ftl`, import.meta.url), 'utf8');

/** By message: its variables, and the plural categories that its text distinguishes. */
function messagesOf(source: string): ReadonlyMap<string, { variables: string[]; plurals: string[] }> {
  const blocks = source.split(/^(?=[a-z])/m).filter((block) => /^[a-z]/.test(block));
  return new Map(
    blocks.map((block) => {
      const text = block.split(/\n\n/)[0] ?? '';
      const found = (pattern: RegExp): string[] => [
        ...new Set([...text.matchAll(pattern)].map(([, name]) => name ?? '')),
      ];
      const id = /^[a-z-]+/.exec(text)?.[0] ?? '';
      return [id, { variables: found(/\$(\w+)/g).sort(), plurals: found(/\[(\w+)\]/g) }] as const;
    }),
  );
}

/** By message: its variables, as `messages.ts` has them. */
function typedMessages(): ReadonlyMap<string, string[]> {
  const source = readFileSync(new URL('../../src/texts/messages.ts', import.meta.url), 'utf8');
  const lines = [...source.matchAll(/^ {2}'?([a-z-]+)'?: (.+)$/gm)];
  return new Map(
    lines.map(([, id = '', told = '']) => [
      id,
      [...told.matchAll(/readonly (\w+):/g)].map(([, v]) => v ?? '').sort(),
    ]),
  );
}

const english = messagesOf(sourceOf('en'));

describe.each(LANGUAGES)('the texts in %s', (language) => {
  const messages = messagesOf(sourceOf(language));

  it('are every message, and no other', () => {
    expect([...messages.keys()].sort()).toEqual([...english.keys()].sort());
    const bundle = new FluentBundle(language);
    expect(bundle.addResource(new FluentResource(sourceOf(language)))).toEqual([]);
    for (const id of english.keys()) expect(bundle.getMessage(id)?.value, id).toBeTruthy();
  });

  it('are told the same variables everywhere', () => {
    for (const [id, { variables }] of english) expect(messages.get(id)?.variables, id).toEqual(variables);
  });

  it('distinguish all plurals that the language has', () => {
    const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    // Millions stand in `many` in the Romance languages; none of our numbers gets there.
    const wanted = categories.filter((one) => language === 'ar' || one !== 'many');
    for (const [id, { plurals }] of messages)
      if (plurals.length > 0) expect(plurals.sort(), id).toEqual([...wanted].sort());
  });
});

describe('the list of messages', () => {
  it('is the one of the English resource', () => {
    expect(Object.fromEntries(typedMessages())).toEqual(
      Object.fromEntries([...english].map(([id, { variables }]) => [id, variables])),
    );
  });
});

describe('refusals', () => {
  it('have a sentence for every code of the wire and of the client library', () => {
    const known: Readonly<Record<ErrorCode | ClientErrorCode | HandshakeErrorCode, true>> = {
      'request.invalid': true,
      'consultation.not_found': true,
      'consultation.inactive': true,
      'consultation.expired': true,
      'consultation.forbidden': true,
      'doctor.unavailable': true,
      'message.id_conflict': true,
      'auth.required': true,
      'auth.invalid': true,
      'auth.expired': true,
      'connection.idle': true,
      'rate.limited': true,
      'server.overloaded': true,
      'server.error': true,
      'request.origin_forbidden': true,
      'server.unavailable': true,
      'client.closed': true,
      'client.outbox_full': true,
      'client.busy': true,
      'client.not_kept': true,
      'client.no_token': true,
      'client.wrong_path': true,
      'client.not_a_chat': true,
      'client.no_websocket': true,
      'client.session_unknown': true,
      'client.connection_failed': true,
      'client.wrong_namespace': true,
    };
    const generic = ['client.closed', 'client.not_kept'];
    for (const code of Object.keys(known)) {
      const id = refusalMessage({ code });
      expect([...english.keys()], code).toContain(id);
      if (!generic.includes(code)) expect(id, code).not.toBe('error-unknown');
    }
  });

  it('say when to try again, and have a sentence for a code of a newer server', () => {
    const texts = englishTexts();
    expect(texts.refusal({ code: 'rate.limited', retryAfterMs: 1_200 })).toBe(
      'That was a lot at once. Try again in 2 seconds.',
    );
    expect(texts.refusal({ code: 'request.invalid', field: 'content' })).toContain('1 to 4,000');
    expect(texts.refusal({ code: 'moon.full' })).toBe('This did not work.');
  });
});

describe('a language', () => {
  it('has its six plurals in Arabic, and runs from right to left', async () => {
    const texts = await loadTexts('ar');
    expect(directionOf('ar')).toBe('rtl');
    expect(texts.dir).toBe('rtl');
    const said = [0, 1, 2, 3, 11, 100].map((count) => texts.say('new-messages', { count }));
    expect(said[1]).toBe('رسالة جديدة واحدة');
    expect(new Set(said).size).toBe(6);
  });

  it('isolates a name that runs the other way, and only that', async () => {
    const arabic = await loadTexts('ar');
    expect(arabic.say('is-writing', { name: 'Dr. Maya Lindqvist' })).toContain(
      '\u2068Dr. Maya Lindqvist\u2069',
    );
    expect(arabic.say('is-writing', { name: 'ليلى' })).not.toMatch(/[\u2066-\u2069]/);
    // Among Arabic letters a hyphen between numbers would swap them.
    expect(arabic.say('print-heading', { id: '2026-001' })).toContain('\u20682026-001\u2069');
    const texts = englishTexts();
    expect(texts.say('is-writing', { name: 'Maya' })).toBe('Maya is writing…');
    expect(texts.say('is-writing', { name: 'ليلى' })).toBe('\u2068ليلى\u2069 is writing…');
  });

  it('says all of its messages', async () => {
    for (const language of LANGUAGES) {
      const texts = await loadTexts(language);
      for (const [id, variables] of typedMessages()) {
        const told = Object.fromEntries(
          variables.map((name) => [name, name === 'count' || name === 'seconds' ? 3 : 'x']),
        );
        const say = texts.say as (id: string, told: unknown) => string;
        expect(say(id, told), `${language} ${id}`).not.toMatch(/[{}]/);
      }
    }
  });
});
