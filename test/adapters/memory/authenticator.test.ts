import { createMemoryAuthenticator } from '../../../src/adapters/memory/authenticator.js';
import { describeAuthenticatorContract } from '../../contracts/authenticator.js';

describeAuthenticatorContract('memory', () => {
  const start = Date.parse('2026-03-02T09:00:00Z');
  let now = start;
  const authenticator = createMemoryAuthenticator({ now: () => now });
  return {
    authenticator,
    start,
    tokenOf: async (role, id, expiresAt) => authenticator.issue({ role, id }, expiresAt),
    setTime: (at) => {
      now = at;
    },
  };
});
