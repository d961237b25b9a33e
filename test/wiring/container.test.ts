import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Container, ContainerModule, type ServiceIdentifier } from 'inversify';
import { expect, test } from 'vitest';
import { createDraining } from '../../src/adapters/edge/draining.js';
import { createPinoLogger } from '../../src/adapters/pino/pino-logger.js';
import { NO_SHARED_COUNTS } from '../../src/adapters/rate-limiter-flexible/cautious-counts.js';
import { type Config, readChatConfig, readConfig } from '../../src/config.js';
import { applicationModule, createContainer, socketIoModule } from '../../src/wiring/container.js';
import { TOKENS } from '../../src/wiring/tokens.js';
import { openMemoryApplication } from '../support/memory-application.js';
import { signToken, TEST_SECRET } from '../support/tokens.js';

const SOURCES = fileURLToPath(new URL('../../src', import.meta.url));
const config = readConfig({ LOG_LEVEL: 'silent' });
/** Nothing listens there: connecting would fail. */
const NOWHERE = { databaseUrl: 'postgresql://nobody@127.0.0.1:1/nowhere', migrationUrl: null };
const NAMES = Object.keys(TOKENS) as (keyof typeof TOKENS)[];

function resolve(container: Container, name: keyof typeof TOKENS): unknown {
  return container.get(TOKENS[name] as ServiceIdentifier<unknown>);
}

/** One instance of each, the same when asked for again. */
function expectEach(container: Container, names: readonly (keyof typeof TOKENS)[]): void {
  for (const name of names) {
    const service = resolve(container, name);
    expect(service, name).toBeDefined();
    expect(resolve(container, name), name).toBe(service);
  }
}

test('the server as it runs: every token, and nothing is connected by asking', async () => {
  const container = createContainer(config, NOWHERE, createPinoLogger({ level: 'silent' }));
  expectEach(container, NAMES);
  await container.get(TOKENS.transport).close();
  await container.get(TOKENS.storage).close();
});

test('the same application and transport over memory adapters', async () => {
  const { ports } = openMemoryApplication();
  const { broadcaster: _recording, ...others } = ports;
  const memoryModule = new ContainerModule(({ bind }) => {
    bind(TOKENS.config).toConstantValue(config);
    bind(TOKENS.worker).toConstantValue({});
    bind(TOKENS.draining).toConstantValue(createDraining());
    bind(TOKENS.sharedCounts).toConstantValue(NO_SHARED_COUNTS);
    for (const [name, port] of Object.entries(others)) {
      bind<unknown>(TOKENS[name as keyof typeof others]).toConstantValue(port);
    }
  });
  const container = new Container();
  container.load(memoryModule, socketIoModule, applicationModule);
  const ofTheSystem = [
    'storage',
    'redisPeers',
    'prometheus',
    'openHttpServer',
    'openHttpHandler',
    'inProcessApi',
  ];
  expectEach(
    container,
    NAMES.filter((name) => !ofTheSystem.includes(name)),
  );
  await container.get(TOKENS.transport).close();
});

test('who somebody is comes from where the configuration says', async () => {
  const identify = async (of: Config, token: string | null) => {
    const container = createContainer(of, NOWHERE, createPinoLogger({ level: 'silent' }));
    return container.get(TOKENS.authenticator).authenticate({ channel: 'http', token, headers: {} });
  };
  const env = { LOG_LEVEL: 'silent' };
  const withSecret = readConfig({ ...env, CHAT_JWT_SECRET: TEST_SECRET });
  const withHost = readChatConfig(
    { authenticate: ({ token }) => (token === null ? null : { id: token, role: 'doctor' }) },
    env,
  );

  expect(await identify(config, null)).toMatchObject({ identity: { caller: { role: 'admin', id: 'demo' } } });
  expect(await identify(withSecret, await signToken({ sub: 'patient-1', role: 'patient' }))).toMatchObject({
    identity: { caller: { role: 'patient', id: 'patient-1' } },
  });
  expect(await identify(withHost, 'doctor-1')).toMatchObject({
    identity: { caller: { role: 'doctor', id: 'doctor-1' } },
  });
  for (const other of [withSecret, withHost]) {
    expect(await identify(other, null)).toEqual({ outcome: 'required' });
  }
});

test('only the places that put the server together know the container', async () => {
  const files = (await readdir(SOURCES, { recursive: true })).filter((file) => file.endsWith('.ts'));
  const naming: string[] = [];
  const asking: string[] = [];
  for (const file of files) {
    const text = await readFile(join(SOURCES, file), 'utf8');
    if (/from 'inversify'/.test(text)) naming.push(file);
    if (/\.get(All)?(Async)?\(TOKENS\b/.test(text)) asking.push(file);
  }
  expect(asking.sort()).toEqual([
    'chat.ts',
    'cli/primary.ts',
    'wiring/begin-for-all.ts',
    'wiring/start-jobs.ts',
  ]);
  expect(naming.sort()).toEqual(
    ['begin-for-all', 'container', 'http-module', 'peers-module', 'provide', 'start-jobs', 'tokens'].map(
      (name) => `wiring/${name}.ts`,
    ),
  );
});
