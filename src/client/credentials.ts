import { createTimer, type Environment } from './environment.js';
import { TOKEN_TIMEOUT_MS } from './limits.js';

/**
 * A token, or a function that gets one, which is called at each attempt to connect and again before the token expires.
 */
export type Token = string | (() => string | Promise<string>);

/**
 * Holds the token, or the function that gets the next one. Tokens are kept in memory only, never in a log, an address
 * or a storage.
 */
export interface Credentials {
  use(token: Token): void;
  /** Whether asking again may give another token. */
  isRenewable(): boolean;
  /**
   * Calls `give` or `fail` once, and does so before it returns if the token is a text. After another `ask`, or after
   * `cancel`, an earlier question calls neither.
   */
  ask(give: (token: string | undefined) => void, fail: (error: unknown) => void): void;
  cancel(): void;
}

export function createCredentials(initial: Token | undefined, environment: Environment): Credentials {
  const timer = createTimer(environment);
  let token = initial;
  let epoch = 0;

  function cancel(): void {
    epoch += 1;
    timer.cancel();
  }

  return {
    use: (next) => {
      cancel();
      token = next;
    },
    isRenewable: () => typeof token === 'function',
    ask: (give, fail) => {
      cancel();
      if (typeof token !== 'function') return give(token);
      const mine = epoch;
      const provide = token;
      const once =
        <Value>(tell: (value: Value) => void) =>
        (value: Value): void => {
          if (mine !== epoch) return;
          cancel();
          tell(value);
        };
      timer.start(TOKEN_TIMEOUT_MS, () => once(fail)(new Error('The token did not come in time.')));
      new Promise<string>((resolve) => resolve(provide())).then(once(give), once(fail));
    },
    cancel,
  };
}

/**
 * Whether two tokens name the same person; undefined if one of them cannot be read. Nothing is verified. Tokens with
 * different claims count as different people's, unless the claims are about the token itself.
 */
export function isSameBearer(one: string | undefined, other: string | undefined): boolean | undefined {
  if (one === other) return true;
  const [person, otherPerson] = [hintsOf(one).person, hintsOf(other).person];
  return person === undefined || otherPerson === undefined ? undefined : person === otherPerson;
}

export interface TokenHints {
  /** A text that is the same for tokens of the same person; undefined if it cannot be read. */
  readonly person?: string | undefined;
  /** In epoch ms. */
  readonly expiresAt?: number | undefined;
}

/**
 * Claims about the token itself and not about its bearer, which change with every token: those of JWT, OpenID Connect
 * and Entra.
 */
const OF_THE_TOKEN = ['exp', 'iat', 'nbf', 'jti', 'auth_time', 'nonce', 'at_hash', 'aio', 'rh', 'uti'];

/**
 * Reads what a JSON Web Token says of itself. This is not verified, and only helps to decide when to ask for the next
 * token.
 *
 * The server's configuration decides which claims make the person and the role. So two tokens count as the same
 * person's only if all claims but those about the token are the same. If that is too strict, the worst result is
 * another connection.
 */
export function hintsOf(token = ''): TokenHints {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const claims = JSON.parse(atob(payload)) as Record<string, unknown>;
    const ofThePerson = Object.entries(claims).filter(([name]) => !OF_THE_TOKEN.includes(name));
    const { exp } = claims;
    return {
      person: ofThePerson.length === 0 ? undefined : JSON.stringify(ofThePerson.sort()),
      expiresAt: typeof exp === 'number' ? exp * 1_000 : undefined,
    };
  } catch {
    return {};
  }
}
