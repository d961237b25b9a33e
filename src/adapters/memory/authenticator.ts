import type { Authentication, Authenticator, Caller, Identity } from '../../application/ports/identity.js';
import type { Instant } from '../../domain/instant.js';

/**
 * Authenticates callers to whom it has issued a token. If `isOpen` is true, callers without a token are let in as in
 * demo mode.
 */
export interface MemoryAuthenticator extends Authenticator {
  /** @returns a token for the caller, good until `expiresAt`. */
  issue(caller: Caller, expiresAt?: Instant | null): string;
  /** From now on the token is refused. */
  revoke(token: string): void;
  /** From now on the token is over. */
  expire(token: string): void;
}

export interface MemoryAuthenticatorOptions {
  readonly isOpen?: boolean;
  readonly now: () => Instant;
}

export function createMemoryAuthenticator(options: MemoryAuthenticatorOptions): MemoryAuthenticator {
  const { isOpen = true, now } = options;
  const identities = new Map<string, Identity>();

  function withoutToken(channel: 'socket' | 'http'): Authentication {
    if (!isOpen) return { outcome: 'required' };
    const caller: Caller = channel === 'http' ? { role: 'admin', id: 'demo' } : { role: 'anyone' };
    return { outcome: 'authenticated', identity: { caller, expiresAt: null } };
  }

  return {
    issue: (caller, expiresAt = null) => {
      const token = `token-${identities.size + 1}`;
      identities.set(token, { caller, expiresAt });
      return token;
    },
    revoke: (token) => {
      identities.delete(token);
    },
    expire: (token) => {
      const identity = identities.get(token);
      if (identity !== undefined) identities.set(token, { ...identity, expiresAt: now() });
    },
    authenticate: async ({ channel, token }) => {
      if (token === null) return withoutToken(channel);
      const identity = identities.get(token);
      if (identity === undefined) return { outcome: 'invalid', refusal: { reason: 'bad_signature' } };
      const isOver = identity.expiresAt !== null && identity.expiresAt <= now();
      return isOver
        ? { outcome: 'expired', refusal: { reason: 'expired' } }
        : { outcome: 'authenticated', identity };
    },
  };
}
