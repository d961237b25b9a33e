import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type RefusalCode, refuse, sentenceOf } from '../../src/application/answers/refusal.js';
import { COUNTERS, GAUGES, INFOS } from '../../src/application/ports/metrics.js';
import { limitVariablesOf } from '../../src/config/limits.js';
import { optionsReadBy } from '../../src/config/unknown-options.js';
import { environment, environmentOf } from '../../src/config.js';
import { codeSpans, filesBelow, namesIn, ROOT, readText, section, tableRows } from './documents.js';

const sorted = (names: Iterable<string>): readonly string[] => [...new Set(names)].sort();
const unquoted = (cell: string | undefined): string => (cell ?? '').replaceAll('`', '');

async function documents(): Promise<ReadonlyMap<string, string>> {
  const paths = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', ...(await filesBelow('docs', '.md'))];
  return new Map(await Promise.all(paths.map(async (path) => [path, await readText(path)] as const)));
}

describe('docs/protocol.md', async () => {
  const protocol = await readText('docs/protocol.md');
  const wire = await readText('src/protocol/wire.ts');
  const refusals = namesIn(await readText('src/application/answers/refusal.ts'), 'SENTENCES');
  const wireCodes = namesIn(wire, 'ErrorCode');
  const errors = section(protocol, 'Errors');

  it('names every code there is, and no other', () => {
    const areas = sorted([...refusals, ...wireCodes].map((code) => code.split('.')[0] ?? ''));
    const isCode = (span: string): boolean =>
      areas.includes(span.split('.')[0] ?? '') && /^[a-z]+\.[a-z_]+$/.test(span);

    expect(sorted(codeSpans(errors).filter(isCode))).toEqual(sorted([...refusals, ...wireCodes]));
    expect(codeSpans(protocol).filter((span) => isCode(span) && !refusals.includes(span))).toEqual([]);
  });

  it('gives the codes of the wire their sentences', () => {
    const rows = tableRows(errors).map(([code, sentence]) => [unquoted(code), sentence]);

    expect(sorted(rows.map(([code]) => code ?? ''))).toEqual(sorted(wireCodes));
    for (const [code, sentence] of rows.filter(([code]) => refusals.includes(code ?? ''))) {
      expect(sentence).toBe(sentenceOf(refuse(code as RefusalCode)));
    }
  });

  it('names every event there is, and no other', () => {
    const asked = [...section(protocol, 'Client → server').matchAll(/^### `(\w+)`$/gm)].map(
      ([, name]) => name,
    );
    const told = tableRows(section(protocol, 'Server → client')).flatMap(([names]) => codeSpans(names ?? ''));

    expect(sorted(asked.map((name) => name ?? ''))).toEqual(sorted(namesIn(wire, 'ClientToServerEvents')));
    expect(sorted(told)).toEqual(sorted(namesIn(wire, 'ServerToClientEvents')));
  });

  it('has examples that are JSON', () => {
    const examples = [...protocol.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => text ?? '');

    expect(examples.length).toBeGreaterThan(3);
    for (const example of examples) expect(() => JSON.parse(example)).not.toThrow();
  });
});

describe('the configuration in README.md and, of limits, in docs/operations.md', async () => {
  const tables = [
    section(await readText('README.md'), 'Configuration'),
    section(await readText('docs/operations.md'), 'Limits'),
  ];
  const rows = tables.flatMap(tableRows);
  const documented = new Map(rows.map(([name, value]) => [unquoted(name), unquoted(value)]));
  const variables = Object.keys(environment.shape);

  it('names every variable there is, and no other', () => {
    expect(sorted(documented.keys())).toEqual(sorted(variables));
  });

  it.each(variables)('%s has the default that is told', (name) => {
    const value: unknown = Object.entries(environment.parse({})).find(([known]) => known === name)?.[1];

    expect(documented.get(name)).toBe(String(value ?? ''));
  });
});

it('README.md names every option of initChatSocket, except for limits', async () => {
  const rows = tableRows(section(await readText('README.md'), 'Put it into your own server'));
  const [, text = ''] = rows.find(([name]) => name === '`initChatSocket(server, options?)`') ?? [];
  const limits = optionsReadBy(limitVariablesOf);
  const options = optionsReadBy(environmentOf).filter((name) => !limits.includes(name));

  expect(sorted(codeSpans(text))).toEqual(sorted([...options, 'authenticate']));
});

describe('docs/architecture.md', () => {
  it.each([
    ['The rooms of the application', 'room'],
    ['The rooms of the PostgreSQL adapter', 'prisma'],
  ])('has in "%s" the rooms and their arrows as they are enforced', async (heading, prefix) => {
    const rooms = section(await readText('docs/architecture.md'), heading);
    const documented = tableRows(rooms).map(([name, , known = '']) => [
      unquoted(name).replace('/', ''),
      known === '' ? [] : known.split(', '),
    ]);
    const { forbidden } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as {
      readonly forbidden: readonly { readonly name: string; readonly to: { readonly pathNot?: string } }[];
    };
    const enforced = forbidden.flatMap(({ name, to: { pathNot = '' } }) => {
      const room = new RegExp(`^${prefix}-(?!is-listed)(.+)$`).exec(name)?.[1];
      if (room === undefined) return [];
      const known = (/\((.+)\)/.exec(pathNot)?.[1] ?? '').split('|');
      return [[room, known.filter((other) => other !== room && other !== 'generated')]];
    });

    expect(documented).toEqual(enforced);
  });
});

describe('docs/operations.md', () => {
  it('names every log event there is, and no other', async () => {
    const files = (await filesBelow('src', '.ts')).filter(
      (path) => !/^src\/(page|adapters\/memory)\//.test(path),
    );
    const sources = (await Promise.all(files.map(readText))).join('\n');
    const logged = [...sources.matchAll(/\b(?:logger\.\w+|guarded)\(\s*'([a-z_]+\.[a-z_]+)'/g)];
    const rows = tableRows(section(await readText('docs/operations.md'), 'Logs'));

    expect(sorted(rows.flatMap(([names]) => codeSpans(names ?? '')))).toEqual(
      sorted(logged.map(([, name]) => name ?? '')),
    );
  });
});

it('docs/operations.md has one row for each log event and metric', async () => {
  const operations = await readText('docs/operations.md');
  for (const heading of ['Logs', 'Metrics']) {
    const names = tableRows(section(operations, heading)).flatMap(([cell]) => codeSpans(cell ?? ''));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  }
});

it('docs/operations.md names every metric there is, and no other', async () => {
  const rows = tableRows(section(await readText('docs/operations.md'), 'Metrics'));

  expect(sorted(rows.flatMap(([names]) => codeSpans(names ?? '')))).toEqual(
    sorted([...Object.keys(COUNTERS), ...Object.keys(GAUGES), ...Object.keys(INFOS)]),
  );
});

it('docs/operations.md says of every metric what several processes come to', async () => {
  const rows = tableRows(section(await readText('docs/operations.md'), 'Metrics'));
  const unsaid = rows.filter(([, , all = '']) => !['sum', 'maximum', 'minimum', 'each'].includes(all));
  expect(unsaid.map(([names]) => names)).toEqual([]);

  const notAddedUp = rows.filter(([, , all]) => all !== 'sum').flatMap(([names = '']) => codeSpans(names));
  expect(Object.keys(COUNTERS).filter((name) => notAddedUp.includes(name))).toEqual([]);
});

describe('the documents', () => {
  it('link to what exists', async () => {
    const broken: string[] = [];
    for (const [path, text] of await documents()) {
      for (const [, link] of text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
        if (!(await leadsSomewhere(path, link ?? ''))) broken.push(`${path}: ${link}`);
      }
    }
    expect(broken).toEqual([]);
  });

  it('name files and folders that exist', async () => {
    const named = [...(await documents()).values()].flatMap(codeSpans).filter(isOnePath);
    expect(named.length).toBeGreaterThan(100);
    const missing: string[] = [];
    for (const path of new Set(named)) if (!(await leadsSomewhere(path, ''))) missing.push(path);
    expect(missing).toEqual([TO_BE_ADDED]);
  });

  it('name modules that exist, where they name them without their folder', async () => {
    const named = [...(await documents()).values()]
      .flatMap(codeSpans)
      .filter((span) => /^[\w.-]+\.ts$/.test(span));
    const folders = await Promise.all(['src', 'test', 'bench'].map((folder) => filesBelow(folder, '.ts')));
    const modules = new Set(folders.flat().map((path) => basename(path)));
    expect(named.length).toBeGreaterThan(30);
    expect(sorted(named).filter((name) => !modules.has(name) && name !== 'prisma.config.ts')).toEqual([]);
  });

  it('name scripts that exist', async () => {
    const { scripts } = JSON.parse(await readText('package.json')) as { scripts: Record<string, string> };
    const texts = [...(await documents()).values()].join('\n');
    const named = [...texts.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name ?? '');

    expect(sorted(named).filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it('begin with the two commands', async () => {
    const [firstBlock] = (await readText('README.md')).match(/```sh\n[\s\S]*?```/) ?? [];

    expect(firstBlock).toContain('npm ci && npm start');
    expect(firstBlock).toContain('npm ci && npm test');
  });
});

describe('the documents of the package', async () => {
  const pack = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const { stdout } = await promisify(execFile)('npm', pack, { cwd: ROOT });
  const [{ files }] = JSON.parse(stdout) as [{ files: readonly { readonly path: string }[] }];
  const packed = files.map(({ path }) => path);
  it('link to nothing that only the source repository has', async () => {
    const missing: string[] = [];
    for (const path of packed.filter((each) => each.endsWith('.md'))) {
      for (const [, link = ''] of (await readText(path)).matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)) {
        const target = normalize(join(dirname(path), link)).replace(/\/$/, '');
        const isPacked = packed.some((file) => file === target || file.startsWith(`${target}/`));
        if (!isPacked) missing.push(`${path}: ${link}`);
      }
    }
    expect(packed).toContain('docs/embedding.md');
    expect(missing).toEqual([]);
  });
});

/** What a recipe of CONTRIBUTING.md adds. */
const TO_BE_ADDED = 'src/adapters/socketio/events/ping-room.ts';

/** A path of the source repository, not a pattern. */
function isOnePath(span: string): boolean {
  return /^(src|test|bench|scripts|docs|examples|prisma)\/[\w/.-]+$/.test(span);
}

async function leadsSomewhere(from: string, link: string): Promise<boolean> {
  const [target = '', anchor] = link.split('#');
  const path = target === '' ? from : normalize(join(dirname(from), target));
  const exists = await access(join(ROOT, path)).then(
    () => true,
    () => false,
  );
  if (!exists || anchor === undefined) return exists;
  const headings = (await readText(path)).match(/^#+ .+$/gm) ?? [];
  return headings.some((heading) => anchorOf(heading) === anchor);
}

function anchorOf(heading: string): string {
  const words = heading.replace(/^#+ /, '').toLowerCase();
  return words.replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
}
