import type { Instant } from '../../domain/instant.js';

export const ROLES = ['patient', 'doctor', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Ids of people, as issuers make them: `auth0|5f7c8ec7c33c6c004bbafe82`, an e-mail address, a URN, a UUID. */
export const PERSON_ID_PATTERN = /^[A-Za-z0-9._\-~@|:+]{1,128}$/;
/** The same in words, to follow the field's name. */
export const MUST_BE_A_PERSON_ID = 'must be 1 to 128 letters, digits or characters of . _ - ~ @ | : +';

/** The person who asks. `id` is the id of the patient, the doctor or the administrator. */
export type Caller =
  | { readonly role: Role; readonly id: string }
  /** Demo mode: no proof is asked for, and callers are who they say they are. */
  | { readonly role: 'anyone' };

/** A caller who has proved who they are. */
export interface Identity {
  readonly caller: Caller;
  /** From this instant on the identity has to be proved again; null for never. */
  readonly expiresAt: Instant | null;
}

/** The longest token, in characters. A longer one is refused unread. */
export const MAX_TOKEN_LENGTH = 8 * 1024;

/** A caller shows these to prove who they are. A token is never part of a URL, because URLs are logged on their way. */
export interface Credentials {
  readonly channel: 'socket' | 'http';
  /** A socket's `auth.token`, a request's bearer token; null when there is none. */
  readonly token: string | null;
  /**
   * The headers of the request or of the handshake, in lower case, for host applications that use cookies of their own.
   */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Why credentials were refused. This goes to the log; the caller does not learn it. */
export type SignInRefusalReason =
  | 'expired'
  | 'not_yet_valid'
  | 'bad_signature'
  /** The issuer does not publish the token's key. */
  | 'unknown_key'
  /** Several of the published keys could be the right one, and the token does not say which. */
  | 'ambiguous_key'
  | 'wrong_algorithm'
  | 'wrong_issuer'
  | 'wrong_audience'
  | 'no_role'
  | 'ambiguous_role'
  | 'bad_subject'
  | 'no_expiry'
  /** The token is missing, or does not have the form that the standard prescribes. */
  | 'malformed'
  | 'too_long'
  /** The host application knows nobody by these credentials. */
  | 'unknown_to_host'
  /** A token was shown in demo mode, which has no key. */
  | 'no_key_configured';

export interface SignInRefusal {
  readonly reason: SignInRefusalReason;
  /**
   * The issuer that the token names, unverified: at most 128 printable characters; null for none, or for any other
   * text.
   */
  readonly issuer?: string | null;
  /** The id of the key that the token names, likewise unverified. */
  readonly kid?: string | null;
  /**
   * With `no_role`: whether the role claim is missing, or has only values that are mapped to no role. The values
   * themselves must not be logged.
   */
  readonly roleClaim?: 'missing' | 'unmapped';
}

export type Authentication =
  | { readonly outcome: 'authenticated'; readonly identity: Identity }
  /** No credentials were shown. */
  | { readonly outcome: 'required' }
  /** The credentials prove nothing. The caller does not learn why. */
  | { readonly outcome: 'invalid'; readonly refusal: SignInRefusal }
  /** The credentials have been valid once. */
  | { readonly outcome: 'expired'; readonly refusal: SignInRefusal };

export interface Authenticator {
  /** The reasons of refusals that the authenticator logs itself, in a line that says more. None when left out. */
  readonly logged?: ReadonlySet<SignInRefusalReason>;
  /**
   * Checks credentials.
   *
   * @throws when it cannot tell, for instance because the keys cannot be fetched.
   */
  authenticate(credentials: Credentials): Promise<Authentication>;
}
