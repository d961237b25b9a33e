import { mkdtemp, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { prepareDataDirectory } from '../../../src/adapters/embedded-postgres/data-directory.js';

async function newDirectory(): Promise<string> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'data-directory-')));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

describe('the data directory', () => {
  test('is made with those above it, by several at the same moment too', async () => {
    const path = join(await newDirectory(), 'var', 'lib', 'chat');
    const prepared = await Promise.all([1, 2, 3].map(() => prepareDataDirectory(path)));
    expect(prepared).toEqual([path, path, path]);
    expect((await stat(path)).isDirectory()).toBe(true);
    expect(await prepareDataDirectory(path)).toBe(path);
  });

  test('may be a link to one', async () => {
    const directory = await newDirectory();
    const link = join(await newDirectory(), 'link');
    await symlink(directory, link);
    expect(await prepareDataDirectory(link)).toBe(directory);
  });

  test('cannot be a file, nor lie below one', async () => {
    const file = join(await newDirectory(), 'file');
    await writeFile(file, '');
    for (const path of [file, join(file, 'below')]) {
      await expect(prepareDataDirectory(path)).rejects.toThrow(
        `The data directory (DATA_DIR) ${path} cannot be used: `,
      );
    }
  });

  test.runIf(process.platform === 'linux')(
    'is refused where none can be made, instead of tried for ever',
    async () => {
      await expect(prepareDataDirectory('/proc/chat/data')).rejects.toThrow(
        'The data directory (DATA_DIR) /proc/chat/data cannot be used: ENOENT',
      );
    },
  );
});
