import { z } from 'zod';
import type { Clock } from '../../application/ports/clock.js';
import { ID_PATTERN } from '../../application/ports/id-generator.js';
import {
  type Authentication,
  type Authenticator,
  type Credentials,
  MAX_TOKEN_LENGTH,
  ROLES,
  type Role,
} from '../../application/ports/identity.js';
import type { Logger } from '../../application/ports/logger.js';

/** How long the host application may think about one caller, in ms. */
const ANSWER_LIMIT_MS = 5_000;

/** A person whom the host application vouches for. */
export interface HostIdentity {
  /** The patient's, the doctor's or the administrator's: 1 to 64 of `A-Z a-z 0-9 _ -`. */
  readonly id: string;
  readonly role: Role;
  /** From this moment on the caller has to prove it anew; a socket that does not is disconnected. Never when left out. */
  readonly expiresAt?: Date | null | undefined;
}

/**
 * The host application's own way to tell who somebody is: by `token` (a socket's `auth.token`, a request's bearer
 * token), or by its cookies in `headers`. Nothing for nobody. A rejection means that it cannot tell now: the caller gets
 * `server.error` and may try again.
 */
export type HostAuthenticate = (
  credentials: Credentials,
) => HostIdentity | null | undefined | Promise<HostIdentity | null | undefined>;

export interface HostAuthenticatorOptions {
  readonly authenticate: HostAuthenticate;
  readonly clock: Clock;
  readonly logger: Logger;
  /** In ms; 5 s unless told. */
  readonly answerLimitMs?: number;
}

const identity = z.object({
  id: z.string().regex(ID_PATTERN),
  role: z.enum(ROLES),
  expiresAt: z.date().nullish(),
});

/** Asks the host application who a caller is, and believes only what has the right shape. */
export function createHostAuthenticator(options: HostAuthenticatorOptions): Authenticator {
  const { authenticate, clock, logger, answerLimitMs = ANSWER_LIMIT_MS } = options;
  return {
    authenticate: async (credentials): Promise<Authentication> => {
      const { token } = credentials;
      if (token !== null && token.length > MAX_TOKEN_LENGTH) return { outcome: 'invalid' };
      const answer: unknown = await withinLimit(async () => authenticate(credentials), answerLimitMs);
      if (answer === null || answer === undefined)
        return { outcome: token === null ? 'required' : 'invalid' };
      const parsed = identity.safeParse(answer);
      if (!parsed.success) {
        // Not what is wrong with it: that would quote it.
        const fields = parsed.error.issues.map(({ path }) => path.join('.')).join(' ');
        const error = new TypeError(`authenticate returned no identity of the right shape: ${fields}`);
        logger.error('identity.host_answer_invalid', error, { fields });
        throw error;
      }
      const { id, role, expiresAt } = parsed.data;
      const until = expiresAt?.getTime() ?? null;
      if (until !== null && until <= clock.now()) return { outcome: 'expired' };
      return { outcome: 'authenticated', identity: { caller: { role, id }, expiresAt: until } };
    },
  };
}

async function withinLimit<Result>(work: () => Promise<Result>, limitMs: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('authenticate did not answer in time')), limitMs);
  });
  try {
    return await Promise.race([work(), limit]);
  } finally {
    clearTimeout(timer);
  }
}
