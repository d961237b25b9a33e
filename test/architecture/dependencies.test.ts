import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLANTED_VIOLATIONS, PROPS } from './planted-violations.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CHECK = join(ROOT, 'test/architecture/check-dependencies.mjs');
const COPIED = ['src', 'package.json', 'tsconfig.json', '.dependency-cruiser.cjs'];
const ENOUGH_MODULES = 60;
/** Each check is a process of its own that reads the whole tree, on a machine that may be busy. */
const CHECK_TIMEOUT_MS = 120_000;

interface Verdict {
  readonly exitCode: number;
  readonly lines: readonly string[];
}

/** Runs the check as `npm run check:dependencies` does, on the tree below `root`. */
function check(root: string): Promise<Verdict> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CHECK, root], (error, stdout) => {
      const exitCode = error === null ? 0 : Number(error.code);
      resolve({ exitCode, lines: stdout.trim().split('\n') });
    });
  });
}

it('each dependency rule has a violation that is planted', () => {
  const { forbidden } = createRequire(import.meta.url)(join(ROOT, '.dependency-cruiser.cjs'));
  const rules = forbidden.map(({ name }: { readonly name: string }) => name);
  expect([...new Set(PLANTED_VIOLATIONS.map(({ rule }) => rule))].sort()).toEqual(rules.sort());
});

describe('the dependency rule', { timeout: CHECK_TIMEOUT_MS }, () => {
  let copy: string;

  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), 'chat-architecture-'));
    for (const name of COPIED) await cp(join(ROOT, name), join(copy, name), { recursive: true });
    await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'dir');
  });
  afterAll(async () => {
    await rm(copy, { recursive: true, force: true });
  });

  it('is red for each violation planted, and for nothing else of the product, of which it sees every module', async () => {
    const files = {
      ...PROPS,
      ...Object.fromEntries(PLANTED_VIOLATIONS.map(({ path, code }) => [path, code])),
    };
    for (const [path, code] of Object.entries(files)) {
      await mkdir(dirname(join(copy, path)), { recursive: true });
      await writeFile(join(copy, path), `${code}\n`);
    }

    const { exitCode, lines } = await check(copy);

    const complaints = lines.slice(0, -1);
    const unseen = PLANTED_VIOLATIONS.filter(
      ({ rule, path }) => !complaints.some((line) => line.startsWith(`${rule}: `) && line.includes(path)),
    );
    expect(unseen.map(({ why }) => why)).toEqual([]);
    const planted = Object.keys(files);
    expect(complaints.filter((line) => !planted.some((path) => line.includes(path)))).toEqual([]);
    const [, modules] = /^\d+ violations in (\d+) source modules/.exec(lines.at(-1) ?? '') ?? [];
    expect(Number(modules)).toBeGreaterThan(ENOUGH_MODULES);
    expect(exitCode).toBe(1);
  });

  it('is red for a tree of which it sees next to nothing', async () => {
    const nearlyEmpty = join(copy, 'almost-empty');
    for (const name of COPIED.slice(1)) await cp(join(ROOT, name), join(nearlyEmpty, name));
    await mkdir(join(nearlyEmpty, 'src/domain'), { recursive: true });
    await cp(join(ROOT, 'src/domain/instant.ts'), join(nearlyEmpty, 'src/domain/instant.ts'));
    await symlink(join(ROOT, 'node_modules'), join(nearlyEmpty, 'node_modules'), 'dir');

    const { exitCode, lines } = await check(nearlyEmpty);

    expect(lines).toContainEqual(expect.stringMatching(/^Saw only 1 source modules/));
    expect(exitCode).toBe(1);
  });
});
