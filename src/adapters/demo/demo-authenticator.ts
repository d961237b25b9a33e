import {
  type Authentication,
  type Authenticator,
  PERSON_ID_PATTERN,
} from '../../application/ports/identity.js';

const ANYONE: Authentication = {
  outcome: 'authenticated',
  identity: { caller: { role: 'anyone' }, expiresAt: null },
};
const ADMIN: Authentication = {
  outcome: 'authenticated',
  identity: { caller: { role: 'admin', id: 'demo' }, expiresAt: null },
};
/** The token that the page shows for the person who was chosen there: `demo~doctor~doctor-1`. It proves nothing. */
const DEMO_TOKEN = /^demo~(patient|doctor)~(.+)$/;

/**
 * Authenticates callers in demo mode. A caller without a token is whoever they say on a socket, and an administrator
 * over HTTP. A caller with a demo token is the person whom it names. Any other token is refused, because nobody here
 * can tell whose it is. Only requests that `isFromThisMachine` accepts may get here.
 */
export function createDemoAuthenticator(): Authenticator {
  return {
    authenticate: async ({ channel, token }) => {
      if (token !== null) return chosenPerson(token);
      return channel === 'socket' ? ANYONE : ADMIN;
    },
  };
}

function chosenPerson(token: string): Authentication {
  const [, role, id] = DEMO_TOKEN.exec(token) ?? [];
  if (id === undefined || !PERSON_ID_PATTERN.test(id))
    return { outcome: 'invalid', refusal: { reason: 'no_key_configured' } };
  const caller = { role: role as 'patient' | 'doctor', id };
  return { outcome: 'authenticated', identity: { caller, expiresAt: null } };
}
