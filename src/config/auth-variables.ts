import { z } from 'zod';
import { MIN_SECRET_BYTES } from '../adapters/jose/secret-length.js';
import { ROLES, type Role } from '../application/ports/identity.js';
import { isLoopback } from './loopback.js';
import { whole } from './whole.js';

/** The longest name or path of a claim, in characters. */
const MAX_CLAIM_LENGTH = 256;

const UNSEEN_WHITE_SPACE =
  'must not begin or end with white space or a line break: files and editors add one unseen';

/** Text without white space around it. With white space, which no terminal shows, every token would be refused. */
const trimmed = z.string().refine((text) => text === text.trim() && !/^[\0\uFEFF]|[\0\uFEFF]$/.test(text), {
  error: UNSEEN_WHITE_SPACE,
  abort: true,
});

const secret = trimmed.refine((text) => Buffer.byteLength(text) >= MIN_SECRET_BYTES, {
  error: `must have ${MIN_SECRET_BYTES} bytes or more`,
});

const jwksUrl = trimmed.refine(isTrustworthy, {
  error: 'must be an https URL (http on loopback only) without a user name or password',
});

/**
 * Whether the keys are fetched over TLS or from this machine. Otherwise anybody who can change the answer on its way
 * could put in a key of their own.
 */
function isTrustworthy(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

const claim = trimmed.refine((text) => text.length <= MAX_CLAIM_LENGTH, {
  error: `must be a claim's name or a dotted path of at most ${MAX_CLAIM_LENGTH} characters`,
});

const MUST_MAP_ROLES = `must be a list like practitioner=doctor,member=patient, each value once and for one of ${ROLES.join(', ')}`;

const roles = z.string().transform((text, context): ReadonlyMap<string, Role> => {
  const meanings = new Map<string, Role>();
  for (const pair of text.split(',')) {
    const sign = pair.lastIndexOf('=');
    const value = pair.slice(0, Math.max(0, sign)).trim();
    const role = ROLES.find((each) => each === pair.slice(sign + 1).trim());
    if (value === '' || role === undefined || (meanings.get(value) ?? role) !== role) {
      context.addIssue(MUST_MAP_ROLES);
      return z.NEVER;
    }
    meanings.set(value, role);
  }
  return meanings;
});

/** The form of each variable about tokens by itself, and its default. */
export const authVariables = {
  CHAT_AUTH: z.enum(['demo', 'jwt'], { error: 'must be demo or jwt' }).optional(),
  CHAT_JWT_SECRET: secret.optional(),
  CHAT_JWT_SECRET_PREVIOUS: secret.optional(),
  CHAT_JWKS_URL: jwksUrl.optional(),
  CHAT_JWT_ISSUER: trimmed.optional(),
  CHAT_JWT_AUDIENCE: trimmed.optional(),
  CHAT_JWT_SUBJECT_CLAIM: claim.optional(),
  CHAT_JWT_ROLE_CLAIM: claim.optional(),
  CHAT_JWT_ROLES: roles.optional(),
  CHAT_JWT_CLOCK_TOLERANCE_SECONDS: whole(0, 300).default(5),
};

/** The settings about tokens that a host application may give. */
export interface AuthOptions {
  /** As `CHAT_AUTH`. */
  readonly auth?: 'demo' | 'jwt' | undefined;
  /** As `CHAT_JWT_SECRET`: HS256, 32 bytes or more. */
  readonly jwtSecret?: string | undefined;
  /** As `CHAT_JWT_SECRET_PREVIOUS`: accepted beside `jwtSecret` while it is being changed. */
  readonly jwtSecretPrevious?: string | undefined;
  /** As `CHAT_JWKS_URL`: RS256, ES256 or EdDSA. */
  readonly jwksUrl?: string | undefined;
  /** As `CHAT_JWT_ISSUER`. */
  readonly jwtIssuer?: string | undefined;
  /** As `CHAT_JWT_AUDIENCE`. */
  readonly jwtAudience?: string | undefined;
  /** As `CHAT_JWT_SUBJECT_CLAIM`: a claim's name or a dotted path; `sub` when left out. */
  readonly jwtSubjectClaim?: string | undefined;
  /** As `CHAT_JWT_ROLE_CLAIM`: the same for the role; `role` when left out. */
  readonly jwtRoleClaim?: string | undefined;
  /** As `CHAT_JWT_ROLES`: that text, or what each value stands for. */
  readonly jwtRoles?: string | Readonly<Record<string, Role>> | undefined;
  /** As `CHAT_JWT_CLOCK_TOLERANCE_SECONDS`. */
  readonly jwtClockToleranceSeconds?: number | undefined;
}

/** The same settings, under the names of their environment variables. */
export function authVariablesOf(options: AuthOptions) {
  const { jwtRoles } = options;
  return {
    CHAT_AUTH: options.auth,
    CHAT_JWT_SECRET: options.jwtSecret,
    CHAT_JWT_SECRET_PREVIOUS: options.jwtSecretPrevious,
    CHAT_JWKS_URL: options.jwksUrl,
    CHAT_JWT_ISSUER: options.jwtIssuer,
    CHAT_JWT_AUDIENCE: options.jwtAudience,
    CHAT_JWT_SUBJECT_CLAIM: options.jwtSubjectClaim,
    CHAT_JWT_ROLE_CLAIM: options.jwtRoleClaim,
    CHAT_JWT_ROLES: typeof jwtRoles === 'object' ? textOfRoles(jwtRoles) : jwtRoles,
    CHAT_JWT_CLOCK_TOLERANCE_SECONDS: options.jwtClockToleranceSeconds,
  };
}

/**
 * The roles as text. An object without roles would let nobody in and has to be refused, but an empty text would count
 * as not set.
 */
function textOfRoles(meanings: Readonly<Record<string, Role>>): string {
  const pairs = Object.entries(meanings).map(([value, role]) => `${value}=${role}`);
  return pairs.length === 0 ? '=' : pairs.join(',');
}
