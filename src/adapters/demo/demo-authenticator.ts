import type { Authentication, Authenticator } from '../../application/ports/identity.js';

const ANYONE: Authentication = {
  outcome: 'authenticated',
  identity: { caller: { role: 'anyone' }, expiresAt: null },
};
const ADMIN: Authentication = {
  outcome: 'authenticated',
  identity: { caller: { role: 'admin', id: 'demo' }, expiresAt: null },
};

/**
 * Demo mode: whoever shows nothing is whoever they say on a socket, and an administrator over HTTP. A token is refused,
 * because nobody here can tell whose it is. Only for connections that `isFromThisMachine` lets through.
 */
export function createDemoAuthenticator(): Authenticator {
  return {
    authenticate: async ({ channel, token }) => {
      if (token !== null) return { outcome: 'invalid', refusal: { reason: 'no_key_configured' } };
      return channel === 'socket' ? ANYONE : ADMIN;
    },
  };
}
