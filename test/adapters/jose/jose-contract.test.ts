import {
  createJoseAuthenticator,
  type JoseAuthenticatorOptions,
} from '../../../src/adapters/jose/jose-authenticator.js';
import { createRecordingLogger } from '../../../src/adapters/memory/loggers.js';
import { type AuthenticatorUnderTest, describeAuthenticatorContract } from '../../contracts/authenticator.js';
import { createSigningKey, signToken, startJwksServer, TEST_SECRET } from '../../support/tokens.js';
import { NOW } from './jose-harness.js';

function open(
  key: JoseAuthenticatorOptions['key'],
  tokenOf: AuthenticatorUnderTest['tokenOf'],
): AuthenticatorUnderTest {
  let now = NOW;
  return {
    authenticator: createJoseAuthenticator({
      key,
      issuer: null,
      audience: null,
      clockToleranceSeconds: 5,
      clock: { now: () => now },
      logger: createRecordingLogger(),
    }),
    start: NOW,
    tokenOf,
    setTime: (at) => {
      now = at;
    },
  };
}

describeAuthenticatorContract('jose with a secret', () =>
  open({ kind: 'secret', secret: TEST_SECRET }, (role, id, expiresAt) =>
    signToken({ sub: id, role, now: NOW, expiresIn: (expiresAt - NOW) / 1_000 }),
  ),
);

const signingKey = createSigningKey('ES256', 'key-1');

describeAuthenticatorContract('jose with published keys', async () => {
  const key = await signingKey;
  const { url } = await startJwksServer([key]);
  return open({ kind: 'jwks', url }, (role, id, expiresAt) =>
    signToken({ sub: id, role, key, now: NOW, expiresIn: (expiresAt - NOW) / 1_000 }),
  );
});
