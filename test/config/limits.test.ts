import { describe, expect, test } from 'vitest';
import { DEFAULT_RATES, windowMsOf } from '../../src/application/ports/rate-limiter.js';
import { DEFAULT_SESSION_LIMITS } from '../../src/application/sessions/session-limits.js';
import { ConfigError } from '../../src/config/config-error.js';
import { limitVariables } from '../../src/config/limits.js';
import { environmentOf, readChatConfig, readConfig } from '../../src/config.js';

const NAMES = Object.keys(limitVariables);

test('the defaults', () => {
  // The interval is a setting of its own.
  const { noticeIntervalMs: _, ...sessionLimits } = DEFAULT_SESSION_LIMITS;
  expect(readConfig({}).limits).toEqual({
    ...sessionLimits,
    rates: DEFAULT_RATES,
    apiRequestsPerMinute: 300,
    maxConnectionsPerAddress: 1_000,
    trustedProxies: 0,
  });
  expect(windowMsOf(DEFAULT_RATES.send_message)).toBe(10_000);
});

test('each can be set, to a value of its own', () => {
  const env = Object.fromEntries(NAMES.map((name, index) => [name, String(index + 100)]));
  const { rates, ...others } = readConfig({ ...env, TRUST_PROXY: '7' }).limits;
  const { refused_handshake, failed_sign_in, ...configured } = rates;
  const perMinute = [failed_sign_in.perMinute];
  const numbers = [
    ...perMinute,
    ...Object.values(configured).flatMap(({ perMinute, burst }) => [perMinute, burst]),
  ];
  const all = [...numbers, ...Object.values(others)].filter((value) => value !== 7);
  const given = NAMES.flatMap((name, index) => (name === 'TRUST_PROXY' ? [] : [index + 100]));
  expect(all.sort((one, other) => one - other)).toEqual(given);
  expect(failed_sign_in.burst).toBe(failed_sign_in.perMinute);
  expect(refused_handshake).toEqual(DEFAULT_RATES.refused_handshake);
  expect(others.trustedProxies).toBe(7);
});

describe('a wrong value is refused', () => {
  const wrong = NAMES.flatMap((name) => ['-1', '1.5', 'many', '10000000000'].map((value) => [name, value]));
  test.each([...wrong, ...NAMES.filter((name) => name !== 'TRUST_PROXY').map((name) => [name, '0'])])(
    '%s=%s',
    (name = '', value = '') => {
      const read = () => readConfig({ [name]: value });
      expect(read).toThrow(ConfigError);
      expect(read).toThrow(new RegExp(`^${name} must be a whole number from \\d+ to \\d+$`));
    },
  );
});

describe('as options of a host application', () => {
  test('they say the same', () => {
    expect(environmentOf({ rateLimitMessagesPerMinute: 30, trustProxy: 1, joinWithinMs: 500 })).toEqual({
      RATE_LIMIT_MESSAGES_PER_MINUTE: '30',
      TRUST_PROXY: '1',
      JOIN_WITHIN_MS: '500',
    });
    const { limits } = readChatConfig(
      { rateLimitMessagesBurst: 2 },
      { RATE_LIMIT_MESSAGES_BURST: '3', RATE_LIMIT_JOINS_BURST: '4' },
    );
    expect(limits.rates.send_message.burst).toBe(2);
    expect(limits.rates.join_consultation.burst).toBe(4);
  });

  test('a wrong one is refused by the name of its variable', () => {
    expect(() => readChatConfig({ maxConnectionsPerAddress: 0 }, {})).toThrow(
      /^MAX_CONNECTIONS_PER_ADDRESS must be a whole number/,
    );
  });

  test('none may be switched off where somebody has to say who they are', () => {
    expect(() => readChatConfig({ rateLimits: 'off', authenticate: () => null }, {})).toThrow(
      new ConfigError('RATE_LIMITS must be on outside demo mode (set by the option rateLimits)'),
    );
  });
});
