import { createJoseAuthenticator } from '../adapters/jose/jose-authenticator.js';
import { signToken } from '../adapters/jose/sign-token.js';
import { createPinoLogger } from '../adapters/pino/pino-logger.js';
import { createSystemClock } from '../adapters/system/system-clock.js';
import { ROLES } from '../application/ports/identity.js';
import { readTokenConfig } from '../config.js';
import { isoOf, SECOND_MS } from '../domain/instant.js';
import { type TokenArguments, UsageError } from './arguments.js';
import { readLifetime } from './lifetime.js';
import { say, sentenceOfError } from './say.js';

const DEFAULT_LIFETIME = '1h';

/**
 * `consultation-chat token`: prints an access token for development to the standard output, and a description of it
 * to the standard error. Before that, the token is checked as the server checks it.
 *
 * @throws {UsageError} for an option that is missing or wrong. Other failures are reported in one line.
 */
export async function printToken(options: TokenArguments): Promise<void> {
  const { id, role, lifetime = DEFAULT_LIFETIME } = options;
  if (id === undefined) throw new UsageError('token needs --id, the id of whose token it is');
  const known = ROLES.find((name) => name === role);
  if (known === undefined) throw new UsageError(`token needs --role, which is one of ${ROLES.join(', ')}`);
  const lifetimeMs = readLifetime(lifetime);
  try {
    const { token, expiresAt } = await makeToken({ id, role: known, lifetimeMs });
    say(`A token of the ${known} ${id}, good until ${isoOf(expiresAt)}.`);
    process.stdout.write(`${token}\n`);
  } catch (error) {
    say(`Cannot make a token: ${sentenceOfError(error)}`);
    process.exitCode = 1;
  }
}

interface TokenRequest {
  readonly id: string;
  readonly role: (typeof ROLES)[number];
  readonly lifetimeMs: number;
}

async function makeToken({ id, role, lifetimeMs }: TokenRequest) {
  const auth = readTokenConfig(process.env);
  const clock = createSystemClock();
  const issuedAt = Math.floor(clock.now() / SECOND_MS) * SECOND_MS;
  const expiresAt = issuedAt + lifetimeMs;
  const { issuer, audience, key } = auth;
  const token = await signToken({ secret: key.secret, id, role, issuer, audience, issuedAt, expiresAt });
  const logger = createPinoLogger({ level: 'silent' });
  const authenticator = createJoseAuthenticator({ ...auth, clock, logger });
  const answer = await authenticator.authenticate({ channel: 'http', token, headers: {} });
  if (answer.outcome !== 'authenticated') {
    throw new Error('the server would refuse it; --id is not one, or the settings ask for other claims');
  }
  return { token, expiresAt };
}
