import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/config/config-error.js';
import { readChatConfig, readConfig } from '../../src/config.js';

const CHAT_JWT_SECRET = 'a secret of thirty-two bytes, yes';
const URL_WITHOUT = 'postgresql://chat:hunter2@db.example/clinic';

function databaseOf(env: Readonly<Record<string, string>>) {
  const { databaseUrl, databaseMigrationUrl } = readConfig({ CHAT_JWT_SECRET, ...env });
  return { databaseUrl, databaseMigrationUrl };
}

function refusalOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.message).not.toMatch(/hunter2|\n/);
    return error.message;
  }
  throw new Error('nothing was refused');
}

describe('the schema', () => {
  test.each([
    ['the URL', { DATABASE_URL: `${URL_WITHOUT}?schema=chat` }],
    ['the variable', { DATABASE_URL: URL_WITHOUT, DATABASE_SCHEMA: 'chat' }],
    ['both', { DATABASE_URL: `${URL_WITHOUT}?schema=chat`, DATABASE_SCHEMA: 'chat' }],
  ])('is what %s says', (_, env) => {
    expect(databaseOf(env)).toEqual({
      databaseUrl: `${URL_WITHOUT}?schema=chat`,
      databaseMigrationUrl: null,
    });
  });

  test('is the same for the role that migrates', () => {
    const DATABASE_MIGRATION_URL = 'postgresql://owner:hunter2@db.example/clinic?sslmode=verify-full';
    expect(databaseOf({ DATABASE_URL: `${URL_WITHOUT}?schema=chat`, DATABASE_MIGRATION_URL })).toEqual({
      databaseUrl: `${URL_WITHOUT}?schema=chat`,
      databaseMigrationUrl: `${DATABASE_MIGRATION_URL}&schema=chat`,
    });
    const both = `${DATABASE_MIGRATION_URL}&schema=chat`;
    expect(databaseOf({ DATABASE_URL: URL_WITHOUT, DATABASE_MIGRATION_URL: both }).databaseUrl).toBe(
      `${URL_WITHOUT}?schema=chat`,
    );
  });

  test('is an option of a host application, which wins over its environment', () => {
    const env = { CHAT_JWT_SECRET, DATABASE_URL: URL_WITHOUT, DATABASE_SCHEMA: 'other' };
    expect(readChatConfig({ databaseSchema: 'chat' }, env).databaseUrl).toBe(`${URL_WITHOUT}?schema=chat`);
    // What the environment says besides its URL is about its own database.
    expect(readChatConfig({ databaseUrl: URL_WITHOUT }, env).databaseUrl).toBe(URL_WITHOUT);
  });

  test('leaves a URL as it was given where nobody names one', () => {
    expect(databaseOf({ DATABASE_URL: URL_WITHOUT }).databaseUrl).toBe(URL_WITHOUT);
  });

  test.each([
    [
      { DATABASE_URL: `${URL_WITHOUT}?schema=chat`, DATABASE_SCHEMA: 'talk' },
      'DATABASE_SCHEMA names the schema talk, but DATABASE_URL names chat: they must be the same',
    ],
    [
      { DATABASE_URL: `${URL_WITHOUT}?schema=chat`, DATABASE_MIGRATION_URL: `${URL_WITHOUT}?schema=talk` },
      'DATABASE_MIGRATION_URL names the schema talk, but DATABASE_URL names chat: they must be the same',
    ],
    [{ DATABASE_URL: `${URL_WITHOUT}?schema=chat&schema=chat` }, 'DATABASE_URL: schema must be named once'],
    [{ DATABASE_SCHEMA: 'chat' }, 'DATABASE_SCHEMA must not be set without DATABASE_URL'],
  ])('that is not one is refused: %o', (env, line) => {
    expect(refusalOf(() => databaseOf(env))).toBe(line);
  });

  test.each(['', 'a b', 'a"b', "a'; DROP TABLE users; --", 'schéma', 'a.b', '\n', 'x'.repeat(64)])(
    'is a name that PostgreSQL takes as it is, and not %j',
    (name) => {
      const line = "must be a schema's name: 1 to 63 of A-Z a-z 0-9 _ -";
      const inUrl = `${URL_WITHOUT}?schema=${encodeURIComponent(name)}`;
      expect(refusalOf(() => databaseOf({ DATABASE_URL: inUrl }))).toBe(`DATABASE_URL: schema ${line}`);
      if (name === '') return;
      const env = { DATABASE_URL: URL_WITHOUT, DATABASE_SCHEMA: name };
      expect(refusalOf(() => databaseOf(env))).toBe(`DATABASE_SCHEMA ${line}`);
    },
  );

  test.each(['pg_chat', 'pg_catalog', 'information_schema'])('is none of those of PostgreSQL: %s', (name) => {
    expect(refusalOf(() => databaseOf({ DATABASE_URL: URL_WITHOUT, DATABASE_SCHEMA: name }))).toBe(
      "DATABASE_SCHEMA must not be one of PostgreSQL's own schemas",
    );
  });

  test.each(['Chat', 'tele-chat', '_1', '1st', 'user', 'x'.repeat(63)])('may be %s', (name) => {
    expect(databaseOf({ DATABASE_URL: `${URL_WITHOUT}?schema=${name}` }).databaseUrl).toBe(
      `${URL_WITHOUT}?schema=${name}`,
    );
  });
});

describe('a URL', () => {
  test.each([
    [
      'postgresql://u:hunter2@/clinic?host=/cloudsql/p:r:i',
      'postgresql://u:hunter2@localhost/clinic?host=/cloudsql/p:r:i',
    ],
    ['postgresql://u:hunter2@localhost/clinic?host=/cloudsql/p:r:i', undefined],
    ['postgresql:///clinic?host=/var/run/postgresql&user=u', undefined],
    ['postgres://u:hunter%23%2F%40@db.example:6432/clinic?sslmode=verify-full', undefined],
    ['postgresql://u%40server:hunter2@db.example/clinic', undefined],
    ['postgresql://u:hunter2@[::1]/clinic', undefined],
  ])('as managed databases print it is taken: %s', (given, taken = given) => {
    expect(databaseOf({ DATABASE_URL: given }).databaseUrl).toBe(taken);
  });

  test.each([
    'postgresql://u:12#hunter2@db.example/clinic',
    'postgresql://u:12/hunter2@db.example/clinic',
    'postgresql://u:12?hunter2@db.example/clinic',
    'postgresql://u:hunter2%@db.example/clinic',
    'postgresql://u:hunter2@a.example:5432,b.example:5432/clinic',
    'mysql://u:hunter2@db.example/clinic',
    'hunter2',
  ])('that would lead elsewhere is refused without a word of it: %s', (url) => {
    expect(refusalOf(() => databaseOf({ DATABASE_URL: url }))).toBe(
      'DATABASE_URL must be a PostgreSQL URL like postgresql://user:password@host:5432/database, with special characters as %23',
    );
  });
});
