import { expect, test } from 'vitest';
import { createDemoAuthenticator } from '../../../src/adapters/demo/demo-authenticator.js';
import { describeAuthenticatorContract } from '../../contracts/authenticator.js';

const { authenticate } = createDemoAuthenticator();

test('a socket without a token is whoever it says, a request without one acts as an administrator', async () => {
  expect(await authenticate({ channel: 'socket', token: null, headers: {} })).toEqual({
    outcome: 'authenticated',
    identity: { caller: { role: 'anyone' }, expiresAt: null },
  });
  expect(await authenticate({ channel: 'http', token: null, headers: {} })).toEqual({
    outcome: 'authenticated',
    identity: { caller: { role: 'admin', id: 'demo' }, expiresAt: null },
  });
});

test.each(['socket', 'http'] as const)('a demo token on %s is the person whom it names', async (channel) => {
  for (const [token, caller] of [
    ['demo~doctor~doctor-1', { role: 'doctor', id: 'doctor-1' }],
    ['demo~patient~a~b', { role: 'patient', id: 'a~b' }],
  ] as const)
    expect(await authenticate({ channel, token, headers: {} })).toEqual({
      outcome: 'authenticated',
      identity: { caller, expiresAt: null },
    });
});

test.each(['socket', 'http'] as const)(
  'any other token on %s is refused: nobody can check it',
  async (channel) => {
    for (const token of ['', 'a.b.c', 'demo~admin~demo', 'demo~doctor~', 'demo~doctor~a b']) {
      expect(await authenticate({ channel, token, headers: {} })).toEqual({
        outcome: 'invalid',
        refusal: { reason: 'no_key_configured' },
      });
    }
  },
);

describeAuthenticatorContract(
  'demo',
  () => ({
    authenticator: createDemoAuthenticator(),
    start: Date.parse('2026-03-02T09:00:00Z'),
    tokenOf: async (role, id) => `demo~${role}~${id}`,
    setTime: () => {},
  }),
  {
    roles: { only: ['patient', 'doctor'], reason: 'nobody chooses to be an administrator on the page' },
    expiry: 'a person who was chosen on the page stays chosen',
  },
);
