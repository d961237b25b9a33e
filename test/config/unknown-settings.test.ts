import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/config/config-error.js';
import { editDistance, nearestName } from '../../src/config/nearest-name.js';
import { environment, readChatConfig, readConfig, readDatabaseConfig } from '../../src/config.js';

const names = Object.keys(environment.shape);

describe('a name that looks like a setting and is none is refused, with the nearest', () => {
  test.each([
    ['CHAT_JWT_SECERT', 'CHAT_JWT_SECRET'],
    ['CHAT_JWT_SECRET_FILE', 'CHAT_JWT_SECRET'],
    ['CHAT_JTW_ISSUER', 'CHAT_JWT_ISSUER'],
    ['CHAT_JWKS_URI', 'CHAT_JWKS_URL'],
    ['CHAT_AUHT', 'CHAT_AUTH'],
    ['chat_jwt_secret', 'CHAT_JWT_SECRET'],
    ['CHAT_PORT', 'CHAT_AUTH'],
    ['RATE_LIMIT_MESSAGE_PER_MINUTE', 'RATE_LIMIT_MESSAGES_PER_MINUTE'],
    ['RATE_LIMIT', 'RATE_LIMITS'],
    ['CORS_ORIGINS', 'CORS_ORIGIN'],
    ['DATABASE_UL', 'DATABASE_URL'],
    ['DATABSE_URL', 'DATABASE_URL'],
    ['DATABASE_MIGRATIONS_URL', 'DATABASE_MIGRATION_URL'],
    ['LOG_LEVLE', 'LOG_LEVEL'],
    ['Log_Level', 'LOG_LEVEL'],
    ['NODE_EVN', 'NODE_ENV'],
    ['DATA_DRI', 'DATA_DIR'],
    ['PROT', 'PORT'],
    ['HSOT', 'HOST'],
    ['TRUST_PROXYS', 'TRUST_PROXY'],
    ['DOCTOR_READY_INTERVAL', 'DOCTOR_READY_INTERVAL_MS'],
    ['MAX_CONNECTION_PER_ADDRESS', 'MAX_CONNECTIONS_PER_ADDRESS'],
    ['CHAT_JWT_SECRET ', 'CHAT_JWT_SECRET'],
    ['CHAT_JWT\nSECRET', 'CHAT_JWT_SECRET'],
  ])('%j', (name, nearest) => {
    const read = () => readConfig({ [name]: 'the value, which may be a secret' });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/^[^\n]+ is not a setting; the nearest one is \w+$/);
    if (name !== 'CHAT_PORT') expect(read).toThrow(new RegExp(`the nearest one is ${nearest}$`));
    expect(read).not.toThrow(/secret,? which|value/);
  });

  test('every setting with two neighbours swapped, wherever that is another word', () => {
    for (const name of names) {
      for (let index = 1; index < name.length; index += 1) {
        const swapped = `${name.slice(0, index - 1)}${name[index]}${name[index - 1]}${name.slice(index + 1)}`;
        if (names.includes(swapped)) continue;
        expect(() => readConfig({ [swapped]: '1' }), swapped).toThrow(/is not a setting/);
      }
    }
  });

  test('by whatever works on the database alone, too', () => {
    expect(() => readDatabaseConfig({ DATABSE_URL: 'postgresql://chat@db.example/chat' })).toThrow(
      'DATABSE_URL is not a setting; the nearest one is DATABASE_URL',
    );
  });
});

describe("other programs' variables are theirs", () => {
  test.each([
    // Kubernetes, for services called chat, chat-auth, consultation-chat, data and log-level.
    ['CHAT_SERVICE_HOST', '10.0.0.1'],
    ['CHAT_SERVICE_PORT', '3000'],
    ['CHAT_SERVICE_PORT_HTTP', '3000'],
    ['CHAT_PORT', 'tcp://10.0.0.1:3000'],
    ['CHAT_PORT_3000_TCP', 'tcp://10.0.0.1:3000'],
    ['CHAT_PORT_3000_TCP_PROTO', 'tcp'],
    ['CHAT_PORT_3000_TCP_PORT', '3000'],
    ['CHAT_PORT_3000_TCP_ADDR', '10.0.0.1'],
    ['CHAT_AUTH_SERVICE_HOST', '10.0.0.1'],
    ['CHAT_AUTH_PORT', 'tcp://10.0.0.1:80'],
    ['CONSULTATION_CHAT_SERVICE_HOST', '10.0.0.1'],
    ['CONSULTATION_CHAT_PORT', 'tcp://10.0.0.1:3000'],
    ['DATABASE_PORT', 'tcp://10.0.0.1:5432'],
    ['DATABASE_SERVICE_HOST', '10.0.0.1'],
    // Docker's links.
    ['CHAT_NAME', '/web/chat'],
    ['CHAT_ENV_LANG', 'C.UTF-8'],
    // Hosting, frameworks, other databases.
    ['PORT_FOO', '1'],
    ['POST', '1'],
    ['PORTS', '1'],
    ['HOSTNAME', 'web-1'],
    ['HOSTTYPE', 'x86_64'],
    ['GHOST', '1'],
    ['host', 'x86_64-linux'],
    ['TEST_DATABASE_URL', 'postgresql://test@db.example/test'],
    ['SHADOW_DATABASE_URL', 'postgresql://test@db.example/test'],
    ['DATABASE_URL_UNPOOLED', 'postgresql://test@db.example/test'],
    ['DATABASE_NAME', 'shop'],
    ['DATABASE_USER', 'shop'],
    ['DATABASE_PASSWORD', 'shop'],
    ['DATABASE_SSL', 'true'],
    ['DATABASE_UID', 'shop'],
    ['DATABASE_HOST', 'db.example'],
    ['POSTGRES_URL', 'postgresql://test@db.example/test'],
    ['XDG_DATA_DIRS', '/usr/share'],
    ['NODE_OPTIONS', '--enable-source-maps'],
    ['NODE_PATH', '/usr/lib'],
    ['NODE_VERSION', '20.20.2'],
    ['LOG_FORMAT', 'json'],
    ['npm_config_loglevel', 'notice'],
    ['npm_lifecycle_event', 'start'],
    ['npm_config_chat_jwt_secret', 'x'],
    ['CAPROVER_GIT_COMMIT_SHA', 'abc'],
    ['PGHOST', 'db.example'],
    ['CHATS_API', '1'],
    ['PATH', '/usr/bin'],
    // An empty one counts as not set.
    ['CHAT_JWT_SECERT', ''],
  ])('%s=%s', (name, value) => {
    expect(() => readConfig({ [name]: value })).not.toThrow();
    expect(() => readChatConfig({}, { [name]: value })).not.toThrow();
  });

  test('a name beside the one that it might have meant', () => {
    expect(() => readConfig({ LOGLEVEL: 'x', LOG_LEVEL: 'warn' })).not.toThrow();
  });
});

describe("in a host application's environment", () => {
  test('CHAT_… is the host’s, unless it is nearly one of ours', () => {
    const ofTheHost = {
      CHAT_API_KEY: 'x',
      CHAT_ENABLED: '1',
      RATE_LIMIT_WINDOW_MS: '1',
      RATE_LIMIT_MAX: '5',
    };
    expect(() => readChatConfig({}, ofTheHost)).not.toThrow();
    expect(() => readConfig({ CHAT_API_KEY: 'x' })).toThrow(/^CHAT_API_KEY is not a setting/);
    expect(() => readChatConfig({}, { CHAT_JWT_SECERT: 'x' })).toThrow(
      'CHAT_JWT_SECERT is not a setting; the nearest one is CHAT_JWT_SECRET',
    );
  });

  test('and what an option says was not misspelled', () => {
    const env = { CHAT_JWT_SECERT: 'x', DATABSE_URL: 'x' };
    const jwtSecret = 'a secret of thirty-two bytes, yes';
    const databaseUrl = 'postgresql://chat@db.example/chat';
    expect(() => readChatConfig({ jwtSecret, databaseUrl }, env)).not.toThrow();
    const authenticate = async () => null;
    expect(() => readChatConfig({ authenticate, databaseUrl }, env)).not.toThrow();
  });
});

test.each([
  ['', '', 0],
  ['PORT', '', 4],
  ['PORT', 'PORT', 0],
  ['PROT', 'PORT', 1],
  ['OPRT', 'PORT', 1],
  ['PORTS', 'PORT', 1],
  ['POT', 'PORT', 1],
  ['kitten', 'sitting', 3],
])('from %j to %j is %i', (from, to, distance) => {
  expect(editDistance(from, to)).toBe(distance);
  expect(editDistance(to, from)).toBe(distance);
});

describe('with a limit', () => {
  const word = fc.string({ unit: fc.constantFrom('A', 'B', 'C', '_'), maxLength: 12 });

  test('a distance below it is what it is, and no other is below it', () => {
    fc.assert(
      fc.property(word, word, fc.nat({ max: 6 }), (from, to, limit) => {
        const distance = editDistance(from, to);
        if (distance < limit) expect(editDistance(from, to, limit)).toBe(distance);
        else expect(editDistance(from, to, limit)).toBeGreaterThanOrEqual(limit);
      }),
      { numRuns: 1_000 },
    );
  });

  test('the nearest name is the same one, or none', () => {
    fc.assert(
      fc.property(word, fc.array(word, { maxLength: 6 }), fc.nat({ max: 6 }), (from, all, limit) => {
        const nearest = nearestName(from, all);
        const isNear = nearest !== null && nearest.distance < limit;
        expect(nearestName(from, all, limit)).toEqual(isNear ? nearest : null);
      }),
      { numRuns: 1_000 },
    );
  });
});
