import type { Instant } from '../../domain/instant.js';

export const ROLES = ['patient', 'doctor', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who asks. `id` is the patient's, the doctor's or the administrator's. */
export type Caller =
  | { readonly role: Role; readonly id: string }
  /** Demo mode: nobody vouches for them, and they are who they say they are. */
  | { readonly role: 'anyone' };

/** A caller that somebody vouches for. */
export interface Identity {
  readonly caller: Caller;
  /** From this moment on it has to be proved anew; null when never. */
  readonly expiresAt: Instant | null;
}

/** Characters of a token; a longer one proves nothing, and nobody looks into it. */
export const MAX_TOKEN_LENGTH = 8 * 1024;

/** What a caller shows. A token never stands in a URL, which would be logged on its way. */
export interface Credentials {
  readonly channel: 'socket' | 'http';
  /** A socket's `auth.token`, a request's bearer token; null when there is none. */
  readonly token: string | null;
  /** The headers of the request or of the handshake, in lower case, for host applications that use cookies of their own. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export type Authentication =
  | { readonly outcome: 'authenticated'; readonly identity: Identity }
  /** Nothing was shown. */
  | { readonly outcome: 'required' }
  /** What was shown proves nothing; the caller does not learn why. */
  | { readonly outcome: 'invalid' }
  /** It was good once. */
  | { readonly outcome: 'expired' };

export interface Authenticator {
  /** @throws when it cannot tell, for instance because the keys cannot be fetched. */
  authenticate(credentials: Credentials): Promise<Authentication>;
}
