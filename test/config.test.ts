import { describe, expect, test } from 'vitest';
import { ConfigError, environmentOf, readConfig } from '../src/config.js';

const DATABASE_URL = 'postgresql://chat:secret@db.example:5432/chat';

test('nothing needs to be set; an empty value counts as not set', () => {
  const defaults = {
    port: 3_000,
    host: '127.0.0.1',
    databaseUrl: null,
    corsOrigin: [],
    dataDir: '.data',
    doctorReadyIntervalMs: 60_000,
    expirySweepIntervalMs: 15_000,
    logLevel: 'info',
  };
  expect(readConfig({})).toEqual(defaults);
  expect(readConfig({ PORT: '', HOST: '', DATABASE_URL: '', LOG_LEVEL: '', DATA_DIR: '' })).toEqual(defaults);
});

test('everything can be set', () => {
  const env = {
    PORT: '0',
    HOST: '0.0.0.0',
    DATABASE_URL,
    CORS_ORIGIN: 'https://clinic.example, http://localhost:5173',
    DATA_DIR: '/var/lib/chat',
    DOCTOR_READY_INTERVAL_MS: '10',
    EXPIRY_SWEEP_INTERVAL_MS: '86400000',
    LOG_LEVEL: 'silent',
  };
  expect(readConfig(env)).toEqual({
    port: 0,
    host: '0.0.0.0',
    databaseUrl: DATABASE_URL,
    corsOrigin: ['https://clinic.example', 'http://localhost:5173'],
    dataDir: '/var/lib/chat',
    doctorReadyIntervalMs: 10,
    expirySweepIntervalMs: 86_400_000,
    logLevel: 'silent',
  });
  expect(readConfig({ CORS_ORIGIN: '*' }).corsOrigin).toBe('*');
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
    ['CORS_ORIGIN', 'clinic.example'],
    ['CORS_ORIGIN', 'https://clinic.example/chat'],
    ['CORS_ORIGIN', 'https://clinic.example,'],
    ['CORS_ORIGIN', 'https://clinic.example,*'],
    ['DOCTOR_READY_INTERVAL_MS', '0'],
    ['DOCTOR_READY_INTERVAL_MS', '9'],
    ['DOCTOR_READY_INTERVAL_MS', '1 minute'],
    ['EXPIRY_SWEEP_INTERVAL_MS', '86400001'],
    ['EXPIRY_SWEEP_INTERVAL_MS', '-15000'],
    ['LOG_LEVEL', 'verbose'],
    ['LOG_LEVEL', 'INFO'],
  ];
  test.each(cases)('%s=%s', (name, value) => {
    const read = () => readConfig({ [name]: value });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(new RegExp(`^${name} must [^\\n]+$`));
    expect(read).not.toThrow(/secret/);
  });
});

describe('without a database of its own, and so without people to trust, it listens to this machine only', () => {
  test.each(['0.0.0.0', '::', '192.168.1.5', 'chat.example', '127.evil.example', '1127.0.0.1'])(
    'not %s',
    (HOST) => {
      expect(() => readConfig({ HOST })).toThrow(/^HOST must be a loopback address/);
      expect(readConfig({ HOST, DATABASE_URL }).host).toBe(HOST);
    },
  );

  test.each(['localhost', '127.0.0.1', '127.1.2.3', '::1', '[::1]'])('but %s', (HOST) => {
    expect(readConfig({ HOST }).host).toBe(HOST);
  });
});

test('what a host application sets says the same as the environment', () => {
  const options = {
    databaseUrl: null,
    corsOrigin: ['https://clinic.example'],
    dataDir: 'data',
    doctorReadyIntervalMs: 20,
    expirySweepIntervalMs: 30,
    logLevel: 'warn',
  } as const;
  expect(readConfig({ DATABASE_URL, LOG_LEVEL: 'debug', ...environmentOf(options) })).toMatchObject(options);
  expect(environmentOf({})).toEqual({});
  expect(readConfig({ CORS_ORIGIN: '*', ...environmentOf({ corsOrigin: [] }) }).corsOrigin).toEqual([]);
  expect(() => readConfig(environmentOf({ doctorReadyIntervalMs: 0 }))).toThrow(
    /^DOCTOR_READY_INTERVAL_MS must/,
  );
});
