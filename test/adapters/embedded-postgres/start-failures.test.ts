import { execFile } from 'node:child_process';
import { chmod, chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleOwner, lockFiles, newDataDir, ownerCommand, removeOwnerBundle } from './support.js';

const run = promisify(execFile);
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

/** What a server says that cannot start on the directory, without the stack. @param launcher what starts it. */
async function failureOn(dataDir: string, ...launcher: readonly string[]): Promise<string> {
  const [command = '', ...parameters] = [...launcher, ...ownerCommand(dataDir)];
  const ended = await run(command, parameters).catch((error: unknown) => error as { stderr: string });
  const [, line] = /^Error: (.*)$/m.exec(ended.stderr) ?? [];
  return line ?? `no failure: ${ended.stderr}`;
}

/** Root as a container has it that took these capabilities away. */
function rootWithout(...capabilities: readonly string[]): readonly string[] {
  const dropped = capabilities.map((name) => `-${name}`).join(',');
  return ['setpriv', `--bounding-set=${dropped}`, '--inh-caps=-all'];
}

describe.runIf(process.platform === 'linux')(
  'a start that fails names the setting, and what is wrong',
  () => {
    beforeAll(bundleOwner);
    afterAll(removeOwnerBundle);

    test('a data directory that may be written to, and not be read', async () => {
      const dataDir = await newDataDir();
      if (isRoot) await chown(dataDir, NOBODY, NOBODY);
      await chmod(dataDir, isRoot ? 0o333 : 0o300);
      const launcher = isRoot ? rootWithout('dac_override', 'dac_read_search') : [];
      const line = await failureOn(dataDir, ...launcher);
      await chmod(dataDir, 0o700);
      expect(line).toBe(
        `The data directory (DATA_DIR) ${dataDir} cannot be used: EACCES: permission denied, access '${dataDir}'`,
      );
    });

    test('initdb says in its own words what is wrong', async () => {
      const dataDir = await newDataDir();
      const blocks = 'ulimit -f 100; exec "$@"';
      expect(await failureOn(dataDir, 'bash', '-c', blocks, 'bash')).toMatch(
        new RegExp(
          `^PostgreSQL cannot be set up in the data directory \\(DATA_DIR\\) ${dataDir}: initdb: could not write to file ".*": File too large$`,
        ),
      );
      expect(await lockFiles(dataDir)).toEqual([]);
    });

    test.runIf(isRoot)('root who may give no file away', async () => {
      const dataDir = await newDataDir();
      expect(await failureOn(dataDir, ...rootWithout('chown'))).toMatch(
        new RegExp(
          `^The data directory \\(DATA_DIR\\) ${dataDir} cannot be used: EPERM: operation not permitted, chown '${dataDir}`,
        ),
      );
    });

    test.runIf(isRoot)('root who may not become another user', async () => {
      const dataDir = await newDataDir();
      expect(await failureOn(dataDir, ...rootWithout('setuid', 'setgid'))).toMatch(
        new RegExp(
          `^PostgreSQL cannot be set up in the data directory \\(DATA_DIR\\) ${dataDir}: initdb could not be run \\(spawn EPERM\\) as the user with the id \\d+, because PostgreSQL refuses root: start the server as another user, or set DATABASE_URL\\.$`,
        ),
      );
    });

    test('a PostgreSQL of somebody else in its place', async () => {
      const dataDir = await newDataDir();
      await mkdir(join(dataDir, 'postgres'));
      expect(await failureOn(dataDir)).toBe(
        `${dataDir}/postgres is not a PostgreSQL made by this server, or is damaged: move it away, or set DATA_DIR.`,
      );
    });
  },
);
