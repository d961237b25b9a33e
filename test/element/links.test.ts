import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partsOf } from '../../src/element/links.js';

const linksOf = (text: string): (string | null)[][] =>
  partsOf(text)
    .filter(({ href }) => href !== null)
    .map((part) => [part.text, part.href]);

describe('links in a message', () => {
  it.each([
    [
      'see https://example.org/a_(b)?q=1, please',
      'https://example.org/a_(b)?q=1',
      'https://example.org/a_(b)?q=1',
    ],
    ['www.example.org', 'www.example.org', 'https://www.example.org'],
    ['clinic.example.com/map.', 'clinic.example.com/map', 'https://clinic.example.com/map'],
    ['write to a.b@example.org!', 'a.b@example.org', 'mailto:a.b@example.org'],
    ['call +49 (30) 1234-567 now', '+49 (30) 1234-567', 'tel:+49301234567'],
    ['Tel. 030/123 45 67', '030/123 45 67', 'tel:0301234567'],
    ['call +49 170 1234567 (2)', '+49 170 1234567', 'tel:+491701234567'],
    ['+49 170 1234567 (10) or not', '+49 170 1234567', 'tel:+491701234567'],
    ['at home (030 1234567)', '030 1234567', 'tel:0301234567'],
    ['ring (030) 1234567', '(030) 1234567', 'tel:0301234567'],
    ['ring (+49) 30 1234567', '(+49) 30 1234567', 'tel:+49301234567'],
    ['+49 (0) 170 1234567', '+49 (0) 170 1234567', 'tel:+491701234567'],
    ['+49 (0)30 18754-0', '+49 (0)30 18754-0', 'tel:+4930187540'],
    ['0041 (0)44 123 45 67', '0041 (0)44 123 45 67', 'tel:0041441234567'],
    ['(+44) (0)20 7946 0018', '(+44) (0)20 7946 0018', 'tel:+442079460018'],
    // In Italy the zero is a part of the number, also from abroad.
    ['+39 (0)6 6982 1234', '+39 (0)6 6982 1234', 'tel:+390669821234'],
    ['10115 030 1234567', '030 1234567', 'tel:0301234567'],
  ])('%s', (text, written, href) => {
    expect(linksOf(text)).toEqual([[written, href]]);
  });

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt://example.org/%0Aalert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x file:///etc/passwd',
    'Gut.Es geht mir besser',
    'see report.md',
    'on 01.02.2026 or 2026-03-04',
    '120/80 at 07:45, 12 345 678 901 234 567 steps',
    'order 0123456789012345678',
    'IBAN DE89 3704 0044 0532 0130 00',
    'IBAN DE89 0370 4004 4053 2013 00',
    'card 4711 0815 0123 4567',
    'a0301234567',
  ])('are not made of %s', (text) => {
    expect(linksOf(text)).toEqual([]);
  });

  it('leave every character of every text where it is, and follow no other scheme', () => {
    const piece = fc.constantFrom(
      'javascript:',
      'http://',
      'www.',
      'a@b.de',
      '+49 30 1234567',
      '\u202e',
      '<b>',
      ' ',
      'x.com',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ unit: 'grapheme' })), { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        const parts = partsOf(text);
        expect(parts.map((part) => part.text).join('')).toBe(text);
        for (const { href } of parts) expect(href ?? 'tel:').toMatch(/^(https?:\/\/|mailto:|tel:)/i);
      }),
    );
  });
});
