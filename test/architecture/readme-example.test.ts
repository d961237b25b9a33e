import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openServers, patiently } from '../support/server-process.js';
import { ROOT, readText, section } from './documents.js';

const servers = openServers();

it('the client in the README talks to a server with nothing configured', async () => {
  const { url } = await servers.start({ env: { DATA_DIR: await servers.newDataDir() } });
  const [, example = ''] =
    section(await readText('README.md'), 'Connect to it').match(/```js\n([\s\S]*?)```/) ?? [];
  expect(example).toContain('http://127.0.0.1:3000');
  const folder = await servers.newDataDir();
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
  await writeFile(join(folder, 'client.mjs'), example.replace('http://127.0.0.1:3000', url));

  const client = servers.launch({ command: [process.execPath, join(folder, 'client.mjs')] });

  await patiently(() => expect(client.stdout).toHaveLength(3));
  expect([...client.stdout].sort()).toEqual([
    '0 messages so far',
    '1 user: Good morning, doctor.',
    'stored as 1',
  ]);
});
