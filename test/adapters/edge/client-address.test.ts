import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { clientAddressOf } from '../../../src/adapters/edge/client-address.js';

function addressOf(remoteAddress: string | undefined, forwarded?: string | string[], trusted = 0): string {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  return clientAddressOf({ headers, socket: { remoteAddress } }, trusted);
}

const ipv6 = fc.ipV6();
const address = fc.oneof(fc.ipV4(), ipv6);
const anything = fc.oneof(
  address,
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', 'unknown', ',', '::', '[', '_hidden'),
);

describe('the address of a connection', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['2001:DB8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::', '2001:db8:1:2::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    [undefined, 'unknown'],
    ['', 'unknown'],
    ['1.2.3', 'unknown'],
    ['1.2.3.256', 'unknown'],
    ['1:2:3', 'unknown'],
    ['1::2::3', 'unknown'],
    ['1:2:3:4:5:6:7:8:9', 'unknown'],
    ['1:2:3:4:5:6:7::8:9', 'unknown'],
    ['1.2.3.4::', 'unknown'],
    ['g::1', 'unknown'],
  ])('%s is %s', (remote, expected) => {
    expect(addressOf(remote)).toBe(expected);
  });

  test('all of one /64 are one, and of another one another', () => {
    const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 });
    const written = (all: readonly number[]) => all.map((group) => group.toString(16)).join(':');
    fc.assert(
      fc.property(groups, groups, (one, other) => {
        const neighbour = [...one.slice(0, 4), ...other.slice(4)];
        const stranger = [...other.slice(0, 4), ...one.slice(4)];
        // 0:0:0:0:0:ffff:… is an IPv4 address.
        fc.pre([one, neighbour, stranger].every((all) => all.slice(0, 5).some((group) => group !== 0)));
        expect(addressOf(written(neighbour))).toBe(addressOf(written(one)));
        expect(addressOf(written(stranger)) === addressOf(written(one))).toBe(
          one.slice(0, 4).join() === other.slice(0, 4).join(),
        );
      }),
    );
  });
});

describe('behind proxies', () => {
  test.each([
    [1, '203.0.113.7', '203.0.113.7'],
    [1, '198.51.100.1, 203.0.113.7', '203.0.113.7'],
    [2, '198.51.100.1, 203.0.113.7, 10.0.0.2', '203.0.113.7'],
    [1, '203.0.113.7:5678', '203.0.113.7'],
    [1, '[2001:db8::1]:443', '2001:db8:0:0::/64'],
    [1, '[2001:db8::1]', '2001:db8:0:0::/64'],
    [3, '203.0.113.7, 10.0.0.2', '203.0.113.7'],
    [1, 'unknown', '10.0.0.1'],
    [1, '', '10.0.0.1'],
    [1, ' , ', '10.0.0.1'],
  ])('%i of them, and %j, is %s', (trusted, forwarded, expected) => {
    expect(addressOf('10.0.0.1', forwarded, trusted)).toBe(expected);
  });

  test('none: no header changes anything', () => {
    fc.assert(
      fc.property(address, fc.oneof(anything, fc.array(anything)), (remote, forwarded) => {
        expect(addressOf(remote, forwarded)).toBe(addressOf(remote));
      }),
    );
  });

  test('some: what a client puts in front of what they add changes nothing', () => {
    fc.assert(
      fc.property(
        fc.array(address, { minLength: 1, maxLength: 4 }),
        fc.array(anything, { maxLength: 5 }),
        (added, madeUp) => {
          const honest = addressOf('10.0.0.1', added.join(', '), added.length);
          expect(addressOf('10.0.0.1', [...madeUp, ...added].join(', '), added.length)).toBe(honest);
          expect(honest).toBe(addressOf(added[0]));
        },
      ),
    );
  });

  test('whatever they say, the answer is short and the same for the same request', () => {
    fc.assert(
      fc.property(
        anything,
        fc.oneof(anything, fc.array(anything)),
        fc.nat(5),
        (remote, forwarded, trusted) => {
          const found = addressOf(remote, forwarded, trusted);
          expect(found).toMatch(/^(unknown|\d+(\.\d+){3}|([0-9a-f]+:){4}:\/64)$/);
          expect(found.length).toBeLessThan(40);
          expect(addressOf(remote, forwarded, trusted)).toBe(found);
        },
      ),
    );
  });
});
