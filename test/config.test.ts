import { describe, expect, test } from 'vitest';
import { ConfigError } from '../src/config/config-error.js';
import { environmentOf, readChatConfig, readConfig, readDatabaseConfig } from '../src/config.js';

const DATABASE_URL = 'postgresql://chat:secret@db.example:5432/chat';
const CHAT_JWT_SECRET = 'a secret of thirty-two bytes, yes';
const CHAT_JWKS_URL = 'https://issuer.example/jwks.json';

test('nothing needs to be set; an empty value counts as not set', () => {
  const defaults = {
    port: 3_000,
    host: '127.0.0.1',
    databaseUrl: null,
    databaseMigrationUrl: null,
    peers: 'none',
    redisUrl: null,
    auth: { mode: 'demo' },
    rateLimits: 'on',
    limits: expect.any(Object),
    corsOrigin: [],
    socketPath: '/socket.io',
    emergencyText: {},
    metrics: { readers: 'local' },
    dataDir: '.data',
    doctorReadyIntervalMs: 60_000,
    expirySweepIntervalMs: 15_000,
    drainSeconds: 0,
    workers: null,
    logLevel: 'info',
  };
  expect(readConfig({})).toEqual(defaults);
  const empty = { PORT: '', HOST: '', DATABASE_URL: '', LOG_LEVEL: '', DATA_DIR: '', CHAT_JWT_SECRET: '' };
  expect(readConfig(empty)).toEqual(defaults);
});

test('everything can be set', () => {
  const env = {
    PORT: '0',
    HOST: '0.0.0.0',
    DATABASE_URL,
    DATABASE_MIGRATION_URL: 'postgresql://owner:secret@db.example:5432/chat',
    CHAT_JWT_SECRET,
    CHAT_JWT_ISSUER: 'https://issuer.example/',
    CHAT_JWT_AUDIENCE: 'chat',
    CHAT_JWT_CLOCK_TOLERANCE_SECONDS: '300',
    PEERS: 'redis',
    REDIS_URL: 'rediss://cache.example:6380',
    RATE_LIMITS: 'on',
    CORS_ORIGIN: 'https://clinic.example, http://localhost:5173',
    SOCKET_PATH: '/chat/socket.io/',
    EMERGENCY_TEXT: ' Call 112. ',
    METRICS: 'token',
    METRICS_TOKEN: 'the-token-of-prometheus==',
    DATA_DIR: '/var/lib/chat',
    DOCTOR_READY_INTERVAL_MS: '10',
    EXPIRY_SWEEP_INTERVAL_MS: '86400000',
    DRAIN_SECONDS: '600',
    WORKERS: 'auto',
    LOG_LEVEL: 'silent',
  };
  expect(readConfig(env)).toEqual({
    port: 0,
    host: '0.0.0.0',
    databaseUrl: DATABASE_URL,
    databaseMigrationUrl: 'postgresql://owner:secret@db.example:5432/chat',
    peers: 'redis',
    redisUrl: 'rediss://cache.example:6380',
    auth: {
      mode: 'jwt',
      key: { kind: 'secret', secret: CHAT_JWT_SECRET },
      issuer: 'https://issuer.example/',
      audience: 'chat',
      clockToleranceSeconds: 300,
    },
    rateLimits: 'on',
    limits: expect.any(Object),
    corsOrigin: ['https://clinic.example', 'http://localhost:5173'],
    socketPath: '/chat/socket.io',
    emergencyText: { '*': 'Call 112.' },
    metrics: { readers: 'token', token: 'the-token-of-prometheus==' },
    dataDir: '/var/lib/chat',
    doctorReadyIntervalMs: 10,
    expirySweepIntervalMs: 86_400_000,
    drainSeconds: 600,
    workers: 'auto',
    logLevel: 'silent',
  });
  expect(readConfig({ CORS_ORIGIN: '*' }).corsOrigin).toBe('*');
  const byLanguage = { en: 'Call 112.', ar: 'اتصل بالرقم 112.', '*': 'Call 112.' };
  expect(readConfig({ EMERGENCY_TEXT: JSON.stringify(byLanguage) }).emergencyText).toEqual(byLanguage);
  expect(readConfig({}).emergencyText).toEqual({});
});

describe('a wrong value is refused in one line that names its variable and does not repeat a secret', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['PORT', 'http'],
    ['PORT', '-1'],
    ['PORT', '65536'],
    ['PORT', '3000.5'],
    ['PORT', ' 3000'],
    ['PORT', '1e3'],
    ['DATABASE_URL', 'chat:secret@db.example'],
    ['DATABASE_URL', 'mysql://chat:secret@db.example/chat'],
    ['DATABASE_URL', 'postgresql://chat:secret@db example/chat'],
    ['PEERS', 'yes'],
    ['CORS_ORIGIN', 'clinic.example'],
    ['CORS_ORIGIN', 'https://clinic.example/chat'],
    ['CORS_ORIGIN', 'https://clinic.example,'],
    ['CORS_ORIGIN', 'https://clinic.example,*'],
    ['SOCKET_PATH', 'socket.io'],
    ['SOCKET_PATH', '/'],
    ['SOCKET_PATH', '//'],
    ['SOCKET_PATH', '/socket io'],
    ['SOCKET_PATH', '/chat?x=1'],
    ['SOCKET_PATH', '/chat/../api'],
    ['SOCKET_PATH', '/api'],
    ['SOCKET_PATH', '/api/v1'],
    ['SOCKET_PATH', '/docs/'],
    ['SOCKET_PATH', '/healthz'],
    ['SOCKET_PATH', '/readyz/'],
    ['SOCKET_PATH', '/metrics'],
    ['SOCKET_PATH', '/element.js'],
    ['SOCKET_PATH', '/texts/de.js'],
    ['SOCKET_PATH', '/people.json'],
    ['EMERGENCY_TEXT', '{"en":"Call 112."'],
    ['EMERGENCY_TEXT', '{"english":"Call 112."}'],
    ['EMERGENCY_TEXT', '{"en":112}'],
    ['EMERGENCY_TEXT', ' '],
    ['EMERGENCY_TEXT', 'x'.repeat(501)],
    ['SOCKET_PATH', '/api/openapi.json'],
    ['SOCKET_PATH', '/api/asyncapi.json'],
    ['SOCKET_PATH', '/chat-test-client.html'],
    ['SOCKET_PATH', '/chat-page.js'],
    ['SOCKET_PATH', '/api/v1/doctors'],
    ['DOCTOR_READY_INTERVAL_MS', '0'],
    ['DOCTOR_READY_INTERVAL_MS', '9'],
    ['DOCTOR_READY_INTERVAL_MS', '1 minute'],
    ['EXPIRY_SWEEP_INTERVAL_MS', '86400001'],
    ['EXPIRY_SWEEP_INTERVAL_MS', '-15000'],
    ['LOG_LEVEL', 'verbose'],
    ['LOG_LEVEL', 'INFO'],
    ['CHAT_AUTH', 'none'],
    ['CHAT_AUTH', 'DEMO'],
    ['CHAT_JWT_SECRET', 'a secret of thirty-one bytes...'],
    ['CHAT_JWKS_URL', 'http://issuer.example/jwks.json'],
    ['CHAT_JWKS_URL', 'https://chat:secret@issuer.example/jwks.json'],
    ['CHAT_JWKS_URL', 'http://127.0.0.1.issuer.example/'],
    ['CHAT_JWKS_URL', 'file:///secret/jwks.json'],
    ['CHAT_JWKS_URL', 'issuer.example'],
    ['CHAT_JWT_CLOCK_TOLERANCE_SECONDS', '301'],
    ['CHAT_JWT_CLOCK_TOLERANCE_SECONDS', '-1'],
    ['RATE_LIMITS', 'none'],
    ['METRICS', 'everybody'],
    ['METRICS_TOKEN', 'secret-of-15-ch'],
    ['METRICS_TOKEN', 'a secret with a space'],
    ['METRICS_TOKEN', 'secret-with-line-break\n'],
  ];
  test.each(cases)('%s=%s', (name, value) => {
    const read = () => readConfig({ [name]: value });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(new RegExp(`^${name} must [^\\n]+$`));
    expect(read).not.toThrow(/secret/);
  });
});

describe('without a database of its own, it listens to this machine only', () => {
  test.each(['0.0.0.0', '::', '192.168.1.5', 'chat.example', '127.evil.example', '1127.0.0.1'])(
    'not %s',
    (HOST) => {
      expect(() => readConfig({ HOST, CHAT_JWT_SECRET })).toThrow(/^HOST must be a loopback address/);
      expect(readConfig({ HOST, CHAT_JWT_SECRET, DATABASE_URL }).host).toBe(HOST);
    },
  );

  test.each(['localhost', '127.0.0.1', '127.1.2.3', '::1', '[::1]'])('but %s', (HOST) => {
    expect(readConfig({ HOST }).host).toBe(HOST);
  });
});

describe('the key', () => {
  test('a secret counts in bytes, not in characters', () => {
    expect(readConfig({ CHAT_JWT_SECRET: 'ü'.repeat(16) }).auth.mode).toBe('jwt');
    expect(() => readConfig({ CHAT_JWT_SECRET: 'ü'.repeat(15) })).toThrow(ConfigError);
  });

  test.each([CHAT_JWKS_URL, 'http://127.0.0.1:8080/jwks', 'http://localhost/jwks', 'http://[::1]:1/jwks'])(
    'keys are fetched from %s',
    (url) => {
      expect(readConfig({ CHAT_JWKS_URL: url, CHAT_AUTH: 'jwt' }).auth).toEqual({
        mode: 'jwt',
        key: { kind: 'jwks', url },
        issuer: null,
        audience: null,
        clockToleranceSeconds: 5,
      });
    },
  );
});

describe('contradictions, and a demo that would be open to others, are refused', () => {
  const LOCAL = 'postgresql://chat:secret@127.0.0.1/chat';
  const cases: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
    [{ CHAT_JWT_SECRET, CHAT_JWKS_URL }, 'CHAT_JWT_SECRET must not be set together with CHAT_JWKS_URL'],
    [{ CHAT_AUTH: 'demo', CHAT_JWT_SECRET }, 'CHAT_AUTH must not be demo while CHAT_JWT_SECRET is set'],
    [{ CHAT_AUTH: 'demo', CHAT_JWKS_URL }, 'CHAT_AUTH must not be demo while CHAT_JWKS_URL is set'],
    [{ CHAT_AUTH: 'jwt' }, 'CHAT_JWT_SECRET or CHAT_JWKS_URL must be set while CHAT_AUTH is jwt'],
    [{ CHAT_JWT_ISSUER: 'x' }, 'CHAT_JWT_SECRET or CHAT_JWKS_URL must be set while CHAT_JWT_ISSUER is'],
    [{ CHAT_JWT_AUDIENCE: 'x' }, 'CHAT_JWT_SECRET or CHAT_JWKS_URL must be set while CHAT_JWT_AUDIENCE is'],
    [{ NODE_ENV: 'production' }, 'CHAT_JWT_SECRET or CHAT_JWKS_URL must be set while NODE_ENV is production'],
    [
      { NODE_ENV: ' Production' },
      'CHAT_JWT_SECRET or CHAT_JWKS_URL must be set while NODE_ENV is production',
    ],
    [
      { NODE_ENV: 'production', CHAT_AUTH: 'demo' },
      'CHAT_AUTH must not be demo while NODE_ENV is production',
    ],
    [
      { NODE_ENV: 'production', CHAT_AUTH: 'demo', DATABASE_URL: LOCAL },
      'CHAT_AUTH must not be demo while NODE_ENV is production',
    ],
    [
      { HOST: '0.0.0.0' },
      'CHAT_JWT_SECRET or CHAT_JWKS_URL must be set while HOST is not a loopback address',
    ],
    [
      { HOST: '0.0.0.0', DATABASE_URL: LOCAL, CHAT_AUTH: 'demo' },
      'CHAT_JWT_SECRET or CHAT_JWKS_URL must be set while HOST is not a loopback address',
    ],
    [
      { DATABASE_URL: LOCAL },
      'CHAT_JWT_SECRET or CHAT_JWKS_URL must be set while DATABASE_URL is; to try it on this machine, CHAT_AUTH=demo',
    ],
    [
      { DATABASE_URL, CHAT_AUTH: 'demo' },
      'DATABASE_URL must name a database on this machine while CHAT_AUTH is demo',
    ],
    [{ RATE_LIMITS: 'off', CHAT_JWT_SECRET }, 'RATE_LIMITS must be on outside demo mode'],
  ];
  test.each(cases)('%o', (env, line) => {
    expect(() => readConfig(env)).toThrow(new ConfigError(line));
  });

  test('limits are off in demo mode only', () => {
    expect(readConfig({ RATE_LIMITS: 'off' }).rateLimits).toBe('off');
    const authenticate = () => null;
    expect(() => readChatConfig({ authenticate, rateLimits: 'off' }, {})).toThrow(ConfigError);
  });
});

describe('demo mode takes a database of this machine', () => {
  const demo = (databaseUrl: string) => () => readConfig({ CHAT_AUTH: 'demo', DATABASE_URL: databaseUrl });

  test.each([
    'postgresql://chat:secret@127.0.0.1:5432/chat',
    'postgres://LOCALHOST/chat',
    'postgresql://chat@[::1]:5432/chat',
    'postgresql:///chat?host=/var/run/postgresql',
    'postgresql://%2Fvar%2Frun%2Fpostgresql/chat',
    'postgresql://localhost/chat?host=127.0.0.1',
  ])('%s', (url) => {
    expect(demo(url)().auth).toEqual({ mode: 'demo' });
  });

  test.each([
    'postgresql://db.example/chat',
    // The parameter is what the driver connects to.
    'postgresql://127.0.0.1/chat?host=db.example',
    'postgresql://db.example/chat?host=127.0.0.1',
    'postgresql://127.0.0.1,db.example/chat',
    'postgresql://127.0.0.1.db.example/chat',
    // Wherever PGHOST says.
    'postgresql:///chat',
    'postgresql://%/chat',
  ])('not %s', (url) => {
    expect(demo(url)).toThrow(/^DATABASE_URL must /);
  });
});

describe('in somebody else’s HTTP server', () => {
  const surroundings = { HOST: '0.0.0.0', PORT: 'unix:/run/host.sock' };
  const authenticate = () => null;

  test('where it listens does not count, everything else does', () => {
    expect(readChatConfig({}, surroundings).auth).toEqual({ mode: 'demo' });
    for (const variables of [{ NODE_ENV: 'production' }, { DATABASE_URL }, { CHAT_AUTH: 'jwt' }]) {
      expect(() => readChatConfig({}, { ...surroundings, ...variables })).toThrow(
        /^CHAT_JWT_SECRET or CHAT_JWKS_URL must be set/,
      );
    }
    expect(readChatConfig({ jwtSecret: CHAT_JWT_SECRET }, { ...surroundings, DATABASE_URL })).toMatchObject({
      auth: { mode: 'jwt', key: { kind: 'secret', secret: CHAT_JWT_SECRET } },
      databaseUrl: DATABASE_URL,
    });
  });

  test('its own way to tell who somebody is wins over the environment', () => {
    const env = { NODE_ENV: 'production', DATABASE_URL, CHAT_AUTH: 'demo', CHAT_JWT_SECRET: 'short' };
    expect(readChatConfig({ authenticate }, env).auth).toEqual({ mode: 'host', authenticate });
    expect(() => readChatConfig({ authenticate, jwtSecret: CHAT_JWT_SECRET }, {})).toThrow(
      new ConfigError(
        'CHAT_JWT_SECRET must not be set together with authenticate (set by the option jwtSecret)',
      ),
    );
    expect(() => readChatConfig({ authenticate, auth: 'demo' }, {})).toThrow(
      new ConfigError('CHAT_AUTH must not be set together with authenticate (set by the option auth)'),
    );
  });
});

test('work on the database alone needs no key', () => {
  expect(readDatabaseConfig({ NODE_ENV: 'production', DATABASE_URL, LOG_LEVEL: 'warn' })).toEqual({
    databaseUrl: DATABASE_URL,
    databaseMigrationUrl: null,
    dataDir: '.data',
    logLevel: 'warn',
  });
  expect(() => readDatabaseConfig({ DATABASE_URL: 'mysql://x' })).toThrow(ConfigError);
});

test('what a host application sets says the same as the environment', () => {
  const options = {
    databaseUrl: null,
    rateLimits: 'off',
    corsOrigin: ['https://clinic.example'],
    dataDir: 'data',
    doctorReadyIntervalMs: 20,
    expirySweepIntervalMs: 30,
    logLevel: 'warn',
  } as const;
  expect(readConfig({ DATABASE_URL, LOG_LEVEL: 'debug', ...environmentOf(options) })).toMatchObject(options);
  const ofTokens = {
    auth: 'jwt',
    jwksUrl: CHAT_JWKS_URL,
    jwtIssuer: 'issuer',
    jwtAudience: 'chat',
    jwtClockToleranceSeconds: 7,
  } as const;
  expect(readConfig(environmentOf(ofTokens)).auth).toEqual({
    mode: 'jwt',
    key: { kind: 'jwks', url: CHAT_JWKS_URL },
    issuer: 'issuer',
    audience: 'chat',
    clockToleranceSeconds: 7,
  });
  expect(environmentOf({})).toEqual({});
  expect(readConfig({ CORS_ORIGIN: '*', ...environmentOf({ corsOrigin: [] }) }).corsOrigin).toEqual([]);
  expect(() => readConfig(environmentOf({ doctorReadyIntervalMs: 0 }))).toThrow(
    /^DOCTOR_READY_INTERVAL_MS must/,
  );
});
