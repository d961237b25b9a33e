import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { MAIN, openServers } from '../support/server-process.js';
import { TEST_SECRET } from '../support/tokens.js';
import { demoDatabase } from './demo-database.js';

const servers = openServers();
const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

async function call(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const called = servers.launch({ env, command: [process.execPath, MAIN, ...args] });
  const { code } = await called.exited;
  return { code, stdout: called.stdout, stderr: called.stderr };
}

test('--help and --version answer on the standard output, whatever the settings are', async () => {
  const help = await call(['--help'], { PORT: 'none' });
  expect(help).toMatchObject({ code: 0, stderr: [] });
  for (const word of ['start', 'rebuild', 'token', '--help', '--version', '--role', '--id', '--lifetime']) {
    expect(help.stdout.join('\n')).toContain(word);
  }
  expect(await call(['--version'])).toEqual({ code: 0, stdout: [version], stderr: [] });
});

test.each([
  [['strat'], 'unknown command strat; did you mean start?'],
  [['--port=4000'], 'unknown option --port of start'],
  [['token', '--role', 'nurse', '--id', 'n1'], 'token needs --role, which is one of patient, doctor, admin'],
  [['token', '--role', 'doctor'], 'token needs --id, the id of whose token it is'],
  [
    ['token', '--role=doctor', '--id=d1', '--lifetime=1y'],
    '--lifetime must be like 90s, 30m, 8h or 7d, and 30 days at most',
  ],
])('%j ends with code 2 and one line', async (args, line) => {
  expect(await call(args)).toEqual({
    code: 2,
    stdout: [],
    stderr: [`consultation-chat: ${line} (see consultation-chat --help)`],
  });
});

test('start and rebuild are commands of the program', async () => {
  const server = await servers.start({
    env: { DATA_DIR: await servers.usedDataDir() },
    command: [process.execPath, MAIN, 'start'],
  });
  expect(await server.stop()).toEqual({ code: 0, signal: null });
  expect(await call(['rebuild'], { LOG_LEVEL: 'loud' })).toMatchObject({
    code: 1,
    stderr: [expect.stringMatching(/^Cannot rebuild: LOG_LEVEL must be one of/)],
  });
});

test('the server takes the tokens that the program makes, and nothing but them is on the standard output', async () => {
  const ofIssuer = { CHAT_JWT_ISSUER: 'https://issuer.example/', CHAT_JWT_AUDIENCE: 'chat' };
  const env = { CHAT_JWT_SECRET: TEST_SECRET, ...ofIssuer };
  const { url } = await servers.start({ env: { ...env, ...(await demoDatabase()) } });
  const made = await call(['token', '--role', 'admin', '--id', 'office', '--lifetime', '90s'], env);
  expect(made).toMatchObject({
    code: 0,
    stdout: [expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/)],
    stderr: [expect.stringMatching(/^A token of the admin office, good until \d{4}-[\d-]+T[\d:.]+Z\.$/)],
  });
  const [token = ''] = made.stdout;
  const headers = { authorization: `Bearer ${token}` };
  const consultation = `${url}/api/v1/consultations/consultation-123`;
  expect((await fetch(consultation, { headers })).status).toBe(200);
  expect((await fetch(consultation)).status).toBe(401);
});

test.each([
  [{}, /^Cannot make a token: CHAT_JWT_SECRET must be set, since it signs the token/],
  [{ CHAT_JWKS_URL: 'https://issuer.example/jwks' }, /^Cannot make a token: CHAT_JWT_SECRET must be set/],
  [{ CHAT_JWT_SECRET: 'hidden' }, /^Cannot make a token: CHAT_JWT_SECRET must have 32 bytes/],
  [{ CHAT_JWT_SECERT: TEST_SECRET }, /^Cannot make a token: CHAT_JWT_SECERT is not a setting/],
])('without what a token is signed with, %j, there is none', async (env, line) => {
  expect(await call(['token', '--role', 'doctor', '--id', 'd1'], env)).toEqual({
    code: 1,
    stdout: [],
    stderr: [expect.stringMatching(line)],
  });
});

test('an id that the server would refuse gets no token', async () => {
  const env = { CHAT_JWT_SECRET: TEST_SECRET };
  expect(await call(['token', '--role', 'doctor', '--id', 'Dr. Who'], env)).toMatchObject({
    code: 1,
    stdout: [],
    stderr: [expect.stringMatching(/^Cannot make a token: the server would refuse it/)],
  });
});
