import { execFile } from 'node:child_process';
import {
  chmod,
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openConsultation, tomorrow } from '../../support/clinic.js';
import { createTestDatabase } from '../../support/postgres.js';
import { openServers, patiently, REPOSITORY } from '../../support/server-process.js';
import { withBackOffice } from '../back-office.js';

const run = promisify(execFile);
const servers = openServers();
const TYPED_CONSUMER = fileURLToPath(new URL('typed-consumer.ts.txt', import.meta.url));
const CONSUMER = fileURLToPath(new URL('consumer.ts.txt', import.meta.url));
/** An installation goes to the registry where the cache lacks something, and the machine may be busy with other things. */
const INSTALL_LIMIT_MS = 600_000;
/** Before the test ends. */
const HOST_LIMIT_MS = 540_000;
/** What a host application has of its own; versions as in this repository, so that they are in npm's cache. */
const OF_THE_HOST = ['express', 'socket.io-client', '@types/express', '@types/node'];
const COMPILER = fileURLToPath(new URL('compile-consumers.mjs', import.meta.url));

const TYPED_CONSUMERS = ['typed-consumer.mts', 'typed-consumer.cts', 'typed-consumer.ts'];
const STRICT = ['--ignoreConfig', '--noEmit', '--strict', '--types', 'node'];
// What the package's own types say to each other is checked once, with the host application.
STRICT.push('--skipLibCheck');

/** Names of modules and of the way they are found. */
const KINDS = [
  ['node16', 'node16'],
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
  ['preserve', 'bundler'],
  ['commonjs', 'bundler'],
] as const;

let scratch: string;
let packed: readonly string[];
/** What the compiler says of each program that uses the package; empty for nothing. */
let complaints: ReadonlyMap<string, string>;

beforeAll(async () => {
  scratch = await realpath(await mkdtemp(join(tmpdir(), 'chat-packed-')));
  // PostgreSQL is run from here as a user of its own where the tests run as root.
  await chmod(scratch, 0o755);
  const { devDependencies } = JSON.parse(await readFile(join(REPOSITORY, 'package.json'), 'utf8'));
  // `prepack` builds; that has been done.
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', scratch];
  const [tarball] = JSON.parse((await run('npm', pack, { cwd: REPOSITORY })).stdout);
  packed = tarball.files.map(({ path }: { path: string }) => path);

  await writeFile(join(scratch, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const ofTheHost = OF_THE_HOST.map((name) => `${name}@${devDependencies[name]}`);
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  await run('npm', [...install, join(scratch, tarball.filename), ...ofTheHost], { cwd: scratch });
  complaints = await compile({
    ...Object.fromEntries(KINDS.map(([module, resolution]) => [module, typedConsumers(module, resolution)])),
    nest: await writeNest(),
    host: await writeHost(),
  });
}, INSTALL_LIMIT_MS);

afterAll(() => rm(scratch, { recursive: true, force: true }));

test('the package has what it needs, and nothing of the workshop', async () => {
  expect(packed).toEqual(
    expect.arrayContaining([
      'dist/index.js',
      'dist/index.d.ts',
      'dist/main.js',
      'dist/page/chat-test-client.html',
      'prisma/schema.prisma',
      'prisma/migrations/migration_lock.toml',
      'package.json',
      'README.md',
      'LICENSE',
    ]),
  );
  const migrations = await readdir(join(REPOSITORY, 'prisma', 'migrations'));
  for (const name of migrations.filter((entry) => /^\d/.test(entry))) {
    expect(packed).toContain(`prisma/migrations/${name}/migration.sql`);
  }
  expect(packed.filter((path) => /^(test|src|bench|\.)|\.data|\.test\.|node_modules/.test(path))).toEqual([]);
  const installed = await readdir(join(scratch, 'node_modules'));
  for (const ours of ['vitest', 'prisma', 'esbuild', 'fast-check', 'playwright-core']) {
    expect(installed).not.toContain(ours);
  }
});

/** Compiles where the package is installed. @param programs what `tsc` would be given for each of them. */
async function compile(
  programs: Readonly<Record<string, readonly string[]>>,
): Promise<ReadonlyMap<string, string>> {
  for (const file of TYPED_CONSUMERS) await copyFile(TYPED_CONSUMER, join(scratch, file));
  const { stdout } = await run(process.execPath, [COMPILER, JSON.stringify(Object.values(programs))], {
    cwd: scratch,
  });
  const found: readonly string[] = JSON.parse(stdout);
  return new Map(Object.keys(programs).map((name, index) => [name, found[index] ?? 'not compiled']));
}

function typedConsumers(module: string, resolution: string): readonly string[] {
  const flags = ['--target', 'es2022', '--module', module, '--moduleResolution', resolution];
  return [...STRICT, ...flags, ...TYPED_CONSUMERS];
}

/** The host application: a project as its `tsconfig.json` says, of which the program is then run. */
async function writeHost(): Promise<readonly string[]> {
  await copyFile(CONSUMER, join(scratch, 'consumer.ts'));
  const compilerOptions = {
    target: 'es2022',
    module: 'nodenext',
    types: ['node'],
    strict: true,
    // The types that the package brings are read like any others.
    skipLibCheck: false,
  };
  await writeFile(
    join(scratch, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['consumer.ts'] }),
  );
  return [];
}

/** What docs/embedding.md says of Nest, with the flags of `nest new`. */
async function writeNest(): Promise<readonly string[]> {
  const folder = join(scratch, 'nest');
  await mkdir(folder);
  const text = await readFile(join(scratch, 'node_modules/consultation-chat/docs/embedding.md'), 'utf8');
  const nest = text.slice(text.indexOf('\n### Nest\n'), text.indexOf('\n## Options and'));
  const [main = '', authenticate = '', service = '', ...more] = [...nest.matchAll(/```ts\n(.*?)```/gs)].map(
    ([, code]) => code,
  );
  expect(more).toEqual([]);
  const files = {
    'main.ts': main,
    'authenticate.ts': authenticate,
    'chat.service.ts': service,
    'app.module.ts':
      "import { ChatService } from './chat.service';\nexport class AppModule { providers = [ChatService]; }",
    'nest.d.ts': await readFile(new URL('nest.d.ts.txt', import.meta.url), 'utf8'),
    'package.json': '{}',
  };
  for (const [name, code] of Object.entries(files)) await writeFile(join(folder, name), code);
  const flags = ['--target', 'es2023', '--module', 'nodenext'];
  flags.push('--experimentalDecorators', '--emitDecoratorMetadata');
  const sources = Object.keys(files).filter((name) => name.endsWith('.ts'));
  return [...STRICT, ...flags, ...sources.map((name) => join('nest', name))];
}

test.each(KINDS)('consumers of both kinds compile as module %s, resolved by %s', (module) => {
  expect(complaints.get(module)).toBe('');
});

test('the code of docs/embedding.md for Nest compiles as `nest new` sets it up', () => {
  expect(complaints.get('nest')).toBe('');
});

test('CommonJS gets the same by require as an ES module by import', async () => {
  const program = `
    const names = (all) => Object.keys(all).filter((name) => name !== '__esModule').sort();
    (async () => {
      for (const entry of ['consultation-chat', 'consultation-chat/client']) {
        const [required, imported] = [require(entry), await import(entry)];
        for (const name of names(required)) {
          if (required[name] !== imported[name]) throw new Error(name);
        }
        console.log(names(required).join(' '));
      }
    })();`;
  const { stdout, stderr } = await run(process.execPath, ['--input-type=commonjs', '-e', program], {
    cwd: scratch,
  });
  expect(stderr).toBe('');
  expect(stdout).toMatch(/ChatError .*chatHttpHandler .*getChat .*initChatSocket/);
  expect(stdout.split('\n')[1]).toContain('connect');
});

describe('a host application', () => {
  beforeAll(() => {
    vi.setConfig({ testTimeout: INSTALL_LIMIT_MS });
    expect(complaints.get('host'), 'it compiles in strict mode, with the types of the package').toBe('');
  });

  const databases: (() => Promise<void>)[] = [];
  afterAll(async () => {
    await Promise.all(databases.map((drop) => drop()));
  });

  async function runHost(host: string, when: string, consultationId: string, env: Record<string, string>) {
    const consumer = join(scratch, 'consumer.js');
    // What the host is told for itself is not the chat's: a PORT that is none must not matter.
    const ofTheHost = { PORT: 'unix:/run/host.sock', HOST: '0.0.0.0' };
    const environment = { ...process.env, ...ofTheHost, CHAT_AUTH: 'demo', ...env };
    const { stdout } = await run(process.execPath, [consumer, host, when, consultationId], {
      cwd: scratch,
      env: environment,
      // One that waits for what never comes is ended with its test.
      timeout: HOST_LIMIT_MS,
    });
    return JSON.parse(stdout);
  }

  const allIsWell = {
    getIoBefore: expect.stringContaining('initChatSocket'),
    sameIo: true,
    secondInit: expect.stringMatching(/^initChatSocket was called already/),
    chatted: true,
    hostRoute: 'the host',
    noticesAfterStop: false,
    getIoAfter: expect.stringContaining('initChatSocket'),
    hostRouteAfter: 'the host',
    again: true,
  };

  const hosts = [
    ['express', 'before'],
    ['fastify', 'after'],
    ['plain', 'before'],
    ['plain', 'after'],
  ] as const;
  test.concurrent.each(hosts)('of %s that listens %s the chat is there', async (host, when) => {
    const { databaseUrl, drop } = await createTestDatabase();
    databases.push(drop);
    await withBackOffice(databaseUrl, ({ application }) =>
      openConsultation(application, { consultationId: 'packed', expiresAt: tomorrow(Date.now()) }),
    );
    expect(await runHost(host, when, 'packed', { DATABASE_URL: databaseUrl })).toEqual(allIsWell);
  });

  test('with no database has one of its own, with the demo data', async () => {
    const DATA_DIR = await servers.newDataDir();
    expect(await runHost('plain', 'before', 'consultation-123', { DATA_DIR })).toEqual(allIsWell);
  });
});

test.each(['express', 'fastify', 'node'])(
  'the example with %s runs where the package is installed',
  async (name) => {
    await cp(join(REPOSITORY, 'examples'), join(scratch, 'examples'), { recursive: true });
    const example = servers.launch({
      command: [process.execPath, join(scratch, 'examples', `${name}.mjs`)],
      env: { DATA_DIR: await servers.usedDataDir(), CHAT_AUTH: '' },
    });
    const url = await patiently(() => {
      const line = example.stdout.find((text) => text.startsWith('http://'));
      if (line === undefined) throw new Error(`${name} does not listen: ${example.stderr.join('\n')}`);
      return line;
    });
    const opened = await fetch(`${url}/consultations`, { method: 'POST' });
    expect([opened.status, await opened.json()]).toMatchObject([
      201,
      { status: 'open', patientId: 'patient-1' },
    ]);
    expect((await fetch(`${url}/chat/readyz`)).status).toBe(200);
    expect(await (await fetch(`${url}/chat/`)).text()).toContain(
      '<meta name="socket-path" content="/socket.io">',
    );
    const refused = await fetch(`${url}/chat/api/v1/patients`);
    expect([refused.status, await refused.json()]).toMatchObject([401, { code: 'auth.required' }]);
    expect(await example.stop()).toEqual({ code: 0, signal: null });
  },
);
