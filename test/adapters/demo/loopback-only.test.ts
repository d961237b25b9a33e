import { describe, expect, test } from 'vitest';
import { isFromThisMachine } from '../../../src/adapters/demo/loopback-only.js';

interface Made {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

function isAdmitted({ headers = {}, ...made }: Made): boolean {
  const { from, to } = { from: '127.0.0.1', to: 'localhost:3000', ...made };
  return isFromThisMachine({ headers: { host: to, ...headers }, socket: { remoteAddress: from } });
}

describe('where it comes from', () => {
  test.each(['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1'])('%s is this machine', (from) => {
    expect(isAdmitted({ from })).toBe(true);
  });

  test.each([
    '192.168.1.5',
    '10.0.0.1',
    '::ffff:10.0.0.1',
    'fe80::1',
    '::',
    '2001:db8::127.0.0.1',
    '',
    // Gone already, or a Unix socket, behind which a proxy may be.
    undefined,
  ])('%s is not', (from) => {
    expect(isAdmitted({ from })).toBe(false);
  });
});

describe('what it calls the server', () => {
  test.each(['localhost', 'LOCALHOST:80', '127.0.0.1:3000', '127.1.2.3', '[::1]', '[::1]:3000'])(
    '%s is this machine',
    (to) => {
      expect(isAdmitted({ to })).toBe(true);
    },
  );

  test.each([
    'rebound.example:3000',
    'localhost.rebound.example',
    '127.0.0.1.rebound.example',
    'rebound.example#@localhost',
    'localhost@rebound.example',
    'localhost, rebound.example',
    'localhost:3000:3000',
    '192.168.1.5:3000',
    '::1',
    '',
    undefined,
  ])('%s is not', (to) => {
    expect(isAdmitted({ to })).toBe(false);
  });
});

test.each([
  ['x-forwarded-for', '127.0.0.1'],
  ['x-forwarded-host', 'chat.example'],
  ['x-real-ip', '203.0.113.9'],
  ['forwarded', 'for=203.0.113.9'],
  ['via', '1.1 proxy.example'],
])('what came through a proxy (%s) may come from anywhere', (name, value) => {
  expect(isAdmitted({ headers: { [name]: value } })).toBe(false);
});
