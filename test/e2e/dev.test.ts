import { appendFile, chmod, cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { openServers, patiently, REPOSITORY } from '../support/server-process.js';

const servers = openServers();
/** To compile everything, twice where it is changed, on a machine that does other things. */
const BUILD_PATIENCE_MS = 200_000;
const TEST_LIMIT_MS = 600_000;
/** What is built, and what has been, of which only changes are built again; a copy, because other tests use the original. */
const BUILT_FROM = [
  'src',
  'dist',
  'prisma',
  'scripts',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
];

/** What the compiler has noted of its last build names files as seen from `dist`; packages are behind a link here. */
async function tellWherePackagesAre(project: string): Promise<void> {
  const notes = join(project, 'dist', '.tsbuildinfo');
  const packages = relative(join(project, 'dist'), join(REPOSITORY, 'node_modules'));
  const noted = await readFile(notes, 'utf8');
  expect(noted).toContain('"../node_modules/');
  await writeFile(notes, noted.replaceAll('"../node_modules/', `"${packages}/`));
}

test(
  '`npm run dev` serves, and serves again what was changed, with the data that there are',
  async () => {
    const project = await servers.newDataDir();
    await chmod(project, 0o755);
    for (const path of BUILT_FROM) await cp(join(REPOSITORY, path), join(project, path), { recursive: true });
    await symlink(join(REPOSITORY, 'node_modules'), join(project, 'node_modules'), 'dir');
    await tellWherePackagesAre(project);
    const dataDir = await servers.usedDataDir();
    const dev = servers.launch({
      command: [process.execPath, join(project, 'scripts', 'dev.mjs')],
      env: { DATA_DIR: dataDir },
    });
    const addresses = async (count: number): Promise<string[]> =>
      patiently(() => {
        const urls = dev
          .log()
          .flatMap(({ event, url }) => (event === 'server.listening' ? [String(url)] : []));
        expect(urls, dev.stderr.join('\n')).toHaveLength(count);
        return urls;
      }, BUILD_PATIENCE_MS);

    const [first = ''] = await addresses(1);
    const socket = await servers.connect(first);
    const message = { consultationId: 'consultation-123', sender: 'user', content: 'Still here?' };
    expect(await socket.emitWithAck('send_message', message)).toMatchObject({ ok: true });

    const main = join(project, 'src', 'cli', 'start.ts');
    const source = await readFile(main, 'utf8');
    expect(source).toContain('Consultation chat is running.');
    await writeFile(main, source.replace('Consultation chat is running.', 'The changed chat is running.'));
    const [, second = ''] = await addresses(2);
    await patiently(() => expect(dev.stderr.join('\n')).toContain('The changed chat is running.'));
    const again = await servers.connect(second);
    expect(
      await again.emitWithAck('join_consultation', { consultationId: 'consultation-123', after: 0 }),
    ).toMatchObject({
      ok: true,
      messages: [{ content: 'Still here?' }],
    });

    await appendFile(main, '\nconst wrong: number = "text";\n');
    await patiently(
      () => expect(dev.stderr.join('\n')).toMatch(/start\.ts\(\d+,7\): error TS2322/),
      BUILD_PATIENCE_MS,
    );
    expect(dev.log().filter(({ event }) => event === 'server.listening')).toHaveLength(2);
    again.disconnect();

    dev.kill('SIGINT', 'group');
    expect(await dev.exited).toEqual({ code: 0, signal: null });
    expect(dev.log().at(-1)).toMatchObject({ event: 'server.stopped' });
  },
  TEST_LIMIT_MS,
);
