import { expect, test } from 'vitest';
import { createDemoAuthenticator } from '../../../src/adapters/demo/demo-authenticator.js';

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

test.each(['socket', 'http'] as const)('a token on %s is refused: nobody can check it', async (channel) => {
  for (const token of ['', 'a.b.c']) {
    expect(await authenticate({ channel, token, headers: {} })).toEqual({
      outcome: 'invalid',
      refusal: { reason: 'no_key_configured' },
    });
  }
});
