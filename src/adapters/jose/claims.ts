import type { JWTPayload } from 'jose';
import {
  PERSON_ID_PATTERN,
  ROLES,
  type Role,
  type SignInRefusalReason,
} from '../../application/ports/identity.js';

/** In which claims an issuer's tokens say who somebody is. */
export interface ClaimNames {
  /** The claim with the person's id: its exact name, or a dotted path. */
  readonly subject: string;
  /** The claim with the role or roles: its exact name, or a dotted path. Text, or a list. */
  readonly role: string;
  /** The role that each value stands for. A value that is not here has no meaning. */
  readonly roles: ReadonlyMap<string, Role>;
}

/** `sub` and `role`, with the chat's own names for roles. */
export const DEFAULT_CLAIM_NAMES: ClaimNames = {
  subject: 'sub',
  role: 'role',
  roles: new Map(ROLES.map((role) => [role, role])),
};

/** The claims that are used, of a token whose signature is good. */
export interface OurClaims {
  readonly id: string;
  readonly role: Role;
  /** Seconds since 1970. */
  readonly exp: number;
  /** Seconds since 1970; undefined if the token does not have it. */
  readonly iat: number | undefined;
}

/** @returns the claims, or the reason why they are refused. */
export function readClaims(payload: JWTPayload, names: ClaimNames): OurClaims | SignInRefusalReason {
  const id = claimOf(payload, names.subject);
  if (typeof id !== 'string' || !PERSON_ID_PATTERN.test(id)) return 'bad_subject';
  const [role, ...others] = rolesIn(claimOf(payload, names.role), names.roles);
  if (role === undefined) return 'no_role';
  if (others.some((other) => other !== role)) return 'ambiguous_role';
  const { exp, iat } = payload as Readonly<Record<string, unknown>>;
  if (typeof exp !== 'number' || !Number.isFinite(exp)) return 'no_expiry';
  if (iat !== undefined && typeof iat !== 'number') return 'malformed';
  return { id, role, exp, iat };
}

/** Why no role was found. A claim that names nothing counts as missing. */
export function roleClaimOf(payload: JWTPayload, names: ClaimNames): 'missing' | 'unmapped' {
  const value = claimOf(payload, names.role);
  const isMissing = value === undefined || value === null || value === '';
  return isMissing || (Array.isArray(value) && value.length === 0) ? 'missing' : 'unmapped';
}

/**
 * The claim of that name, or else the value at the dotted path. A name within the path may contain dots itself, as
 * the id of a Keycloak client may; the longest name that exists counts.
 *
 * @returns undefined if there is none.
 */
function claimOf(within: unknown, path: string): unknown {
  if (typeof within !== 'object' || within === null || Array.isArray(within)) return undefined;
  if (Object.hasOwn(within, path)) return Reflect.get(within, path);
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const name = path.slice(0, dot);
    if (!Object.hasOwn(within, name)) continue;
    const found = claimOf(Reflect.get(within, name), path.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

function rolesIn(value: unknown, roles: ReadonlyMap<string, Role>): readonly Role[] {
  if (Array.isArray(value)) return value.flatMap((each) => roleOf(each, roles) ?? []);
  const role = roleOf(value, roles);
  return role === undefined ? [] : [role];
}

function roleOf(value: unknown, roles: ReadonlyMap<string, Role>): Role | undefined {
  return typeof value === 'string' ? roles.get(value) : undefined;
}
