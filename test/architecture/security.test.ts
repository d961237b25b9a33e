import { describe, expect, it } from 'vitest';
import { codeSpans, readText, section, tableRows } from './documents.js';

const security = await readText('docs/security.md');

describe('docs/security.md', () => {
  it('names for each threat the tests that show what stops it', () => {
    const threats = tableRows(section(security, 'Threats'));
    expect(threats.length).toBeGreaterThan(10);
    // That the files exist is checked for all documents.
    const without = threats.filter((cells) => !/`test\/\S+\.test\.ts`/.test(cells.at(-1) ?? ''));
    expect(without).toEqual([]);
  });

  it('answers each safeguard of HIPAA', () => {
    const text = section(security, 'HIPAA: technical safeguards, 45 CFR § 164.312');
    const paragraphs = tableRows(text).map(([name = '']) => name.split(' ')[0]);
    expect(paragraphs).toEqual([
      ...['(a)(1)', '(a)(2)(i)', '(a)(2)(ii)', '(a)(2)(iii)', '(a)(2)(iv)', '(b)', '(c)(1)', '(c)(2)', '(d)'],
      ...['(e)(1)', '(e)(2)(i)', '(e)(2)(ii)'],
    ]);
  });
});

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>;
}

describe('the lock file', async () => {
  const { packages } = JSON.parse(await readText('package-lock.json')) as LockFile;
  const floors = tableRows(section(security, 'Supply chain')).map(
    ([name = '', floor = '']) => [codeSpans(name)[0] ?? '', floor] as const,
  );

  it.each(floors)('holds %s at %s or later, wherever it is', (name, floor) => {
    const versions = Object.entries(packages)
      .filter(([path]) => path === `node_modules/${name}` || path.endsWith(`/node_modules/${name}`))
      .map(([, { version }]) => version ?? '');
    expect(versions.length).toBeGreaterThan(0);
    expect(versions.filter((version) => !isAtLeast(version, floor))).toEqual([]);
  });

  it('holds the floors that were set', () => {
    expect(floors.map(([name]) => name)).toEqual(['ws', 'engine.io', 'socket.io-parser', 'fastify']);
  });

  it.each([
    ['8.21.1', true],
    ['8.21.0', false],
    ['8.9.9', false],
    ['9.0.0', true],
    ['8.21.1-beta.1', false],
  ])('%s is at least 8.21.1: %s', (version, expected) => {
    expect(isAtLeast(version, '8.21.1')).toBe(expected);
  });
});

/** A version before a release is none of it. */
function isAtLeast(version: string, floor: string): boolean {
  const [own = [], least = []] = [version, floor].map((text) => text.split('.').map(Number));
  if (own.some(Number.isNaN)) return false;
  for (const [index, part] of least.entries()) {
    const difference = (own[index] ?? 0) - part;
    if (difference !== 0) return difference > 0;
  }
  return true;
}
