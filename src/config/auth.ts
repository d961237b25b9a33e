import type { HostAuthenticate } from '../adapters/host/host-authenticator.js';
import { type ClaimNames, DEFAULT_CLAIM_NAMES } from '../adapters/jose/claims.js';
import type { VerificationKey } from '../adapters/jose/jose-authenticator.js';
import type { Role } from '../application/ports/identity.js';
import { ConfigError } from './config-error.js';
import { isLoopback, isOnThisMachine } from './loopback.js';

/** How the server finds out who somebody is. */
export type AuthConfig =
  /** The server believes everybody who connects from this machine, and nobody else can connect. */
  | { readonly mode: 'demo' }
  /** JSON Web Tokens. */
  | {
      readonly mode: 'jwt';
      readonly key: VerificationKey;
      readonly issuer: string | null;
      readonly audience: string | null;
      readonly clockToleranceSeconds: number;
      /** In which claims tokens say who somebody is; left out if nothing was set. */
      readonly claims?: ClaimNames;
    }
  /** The host application identifies callers. */
  | { readonly mode: 'host'; readonly authenticate: HostAuthenticate };

/** The values of the environment, each checked by itself; undefined if a variable is not set. */
export interface AuthVariables {
  readonly CHAT_AUTH?: 'demo' | 'jwt' | undefined;
  readonly CHAT_JWT_SECRET?: string | undefined;
  readonly CHAT_JWT_SECRET_PREVIOUS?: string | undefined;
  readonly CHAT_JWKS_URL?: string | undefined;
  readonly CHAT_JWT_ISSUER?: string | undefined;
  readonly CHAT_JWT_AUDIENCE?: string | undefined;
  readonly CHAT_JWT_SUBJECT_CLAIM?: string | undefined;
  readonly CHAT_JWT_ROLE_CLAIM?: string | undefined;
  readonly CHAT_JWT_ROLES?: ReadonlyMap<string, Role> | undefined;
  readonly CHAT_JWT_CLOCK_TOLERANCE_SECONDS: number;
  readonly NODE_ENV?: string | undefined;
  readonly HOST: string;
  readonly DATABASE_URL?: string | undefined;
}

const A_KEY = 'CHAT_JWT_SECRET or CHAT_JWKS_URL must be set';

/**
 * Chooses tokens if there is a key. Chooses demo mode if there is none, and nothing shows that this is more than a
 * demo.
 *
 * @throws {ConfigError} when the variables contradict each other, or demo mode would not be safe.
 */
export function decideAuth(values: AuthVariables): AuthConfig {
  const key = keyOf(values);
  if (key === null) {
    requireSafeDemo(values);
    return { mode: 'demo' };
  }
  if (values.CHAT_AUTH === 'demo') {
    const name = key.kind === 'secret' ? 'CHAT_JWT_SECRET' : 'CHAT_JWKS_URL';
    throw new ConfigError(`CHAT_AUTH must not be demo while ${name} is set`);
  }
  return {
    mode: 'jwt',
    key,
    issuer: values.CHAT_JWT_ISSUER ?? null,
    audience: values.CHAT_JWT_AUDIENCE ?? null,
    clockToleranceSeconds: values.CHAT_JWT_CLOCK_TOLERANCE_SECONDS,
    ...claimsOf(values),
  };
}

function claimsOf(values: AuthVariables): { readonly claims?: ClaimNames } {
  const { CHAT_JWT_SUBJECT_CLAIM: subject, CHAT_JWT_ROLE_CLAIM: role, CHAT_JWT_ROLES: roles } = values;
  if (subject === undefined && role === undefined && roles === undefined) return {};
  return {
    claims: {
      subject: subject ?? DEFAULT_CLAIM_NAMES.subject,
      role: role ?? DEFAULT_CLAIM_NAMES.role,
      roles: roles ?? DEFAULT_CLAIM_NAMES.roles,
    },
  };
}

function keyOf(values: AuthVariables): VerificationKey | null {
  const { CHAT_JWT_SECRET: secret, CHAT_JWT_SECRET_PREVIOUS: previous, CHAT_JWKS_URL: url } = values;
  if (secret !== undefined && url !== undefined) {
    throw new ConfigError('CHAT_JWT_SECRET must not be set together with CHAT_JWKS_URL');
  }
  if (previous !== undefined && secret === undefined) {
    throw new ConfigError('CHAT_JWT_SECRET_PREVIOUS must not be set without CHAT_JWT_SECRET');
  }
  if (secret !== undefined) {
    return { kind: 'secret', secret, ...(previous === undefined ? {} : { previous }) };
  }
  return url === undefined ? null : { kind: 'jwks', url };
}

/** Settings that only make sense with a key: if one of them is set without a key, the key was apparently forgotten. */
const ABOUT_TOKENS = [
  'CHAT_JWT_ISSUER',
  'CHAT_JWT_AUDIENCE',
  'CHAT_JWT_SUBJECT_CLAIM',
  'CHAT_JWT_ROLE_CLAIM',
  'CHAT_JWT_ROLES',
] as const satisfies readonly (keyof AuthVariables)[];

/** Allows demo mode only if nothing hints at more, because a forgotten key must not open the server to everybody. */
function requireSafeDemo(values: AuthVariables): void {
  const { CHAT_AUTH, HOST, DATABASE_URL } = values;
  const isDemo = CHAT_AUTH === 'demo';
  if (values.NODE_ENV?.trim().toLowerCase() === 'production') {
    if (isDemo) throw new ConfigError('CHAT_AUTH must not be demo while NODE_ENV is production');
    throw new ConfigError(`${A_KEY} while NODE_ENV is production`);
  }
  if (CHAT_AUTH === 'jwt') throw new ConfigError(`${A_KEY} while CHAT_AUTH is jwt`);
  const aboutTokens = ABOUT_TOKENS.find((name) => values[name] !== undefined);
  if (aboutTokens !== undefined) throw new ConfigError(`${A_KEY} while ${aboutTokens} is`);
  if (!isLoopback(HOST)) throw new ConfigError(`${A_KEY} while HOST is not a loopback address`);
  if (DATABASE_URL === undefined) return;
  if (!isDemo)
    throw new ConfigError(`${A_KEY} while DATABASE_URL is; to try it on this machine, CHAT_AUTH=demo`);
  if (!isOnThisMachine(DATABASE_URL)) {
    throw new ConfigError('DATABASE_URL must name a database on this machine while CHAT_AUTH is demo');
  }
}
