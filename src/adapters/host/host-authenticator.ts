import { z } from 'zod';
import type { Clock } from '../../application/ports/clock.js';
import {
  type Authentication,
  type Authenticator,
  type Credentials,
  MAX_TOKEN_LENGTH,
  PERSON_ID_PATTERN,
  ROLES,
  type Role,
  type SignInRefusalReason,
} from '../../application/ports/identity.js';
import type { Logger } from '../../application/ports/logger.js';
import type { Instant } from '../../domain/instant.js';

/** How long the host application may take to identify one caller, in ms. */
const ANSWER_LIMIT_MS = 5_000;
/**
 * The time between two lines of the log about the same fields, in ms. A client that keeps trying must not fill the
 * log.
 */
const MISFIT_PAUSE_MS = 10_000;

/** Reasons of refusals that this adapter has logged itself, together with the field. */
const LOGGED: ReadonlySet<SignInRefusalReason> = new Set(['bad_subject', 'no_role']);

/** A person whom the host application has identified. */
export interface HostIdentity {
  /** The id of the patient, the doctor or the administrator: 1 to 128 of `A-Z a-z 0-9 . _ - ~ @ | : +`. */
  readonly id: string;
  readonly role: Role;
  /**
   * From this moment on the caller has to prove again who they are; a socket that does not is disconnected. Never
   * when left out.
   */
  readonly expiresAt?: Date | null | undefined;
}

/**
 * The host application's way to find out who somebody is: by `token` (a socket's `auth.token`, a request's bearer
 * token), or by its cookies in `headers`. It returns nothing for an unknown caller. A rejection means that it cannot
 * tell now: the caller gets `server.error` and may try again.
 */
export type HostAuthenticate = (
  credentials: Credentials,
) => HostIdentity | null | undefined | Promise<HostIdentity | null | undefined>;

export interface HostAuthenticatorOptions {
  readonly authenticate: HostAuthenticate;
  readonly clock: Clock;
  readonly logger: Logger;
  /** In ms; 5 s when left out. */
  readonly answerLimitMs?: number;
}

const identity = z.object({
  id: z.string().regex(PERSON_ID_PATTERN),
  role: z.enum(ROLES),
  expiresAt: z.date().nullish(),
});

/** Asks the host application who a caller is, and accepts only answers of the right shape. */
export function createHostAuthenticator(options: HostAuthenticatorOptions): Authenticator {
  const { authenticate, clock, logger, answerLimitMs = ANSWER_LIMIT_MS } = options;
  /** When the log last had a line about the same fields. */
  const toldAt = new Map<string, Instant>();

  /** Logs which fields are wrong, but not what is wrong with them, because that would quote their values. */
  function misfit({ issues }: z.ZodError): Authentication {
    const fields = issues.map(({ path }) => path.join('.')).join(' ');
    const error = new TypeError(`authenticate returned no identity of the right shape: ${fields}`);
    const now = clock.now();
    if (Math.abs(now - (toldAt.get(fields) ?? Number.NEGATIVE_INFINITY)) >= MISFIT_PAUSE_MS) {
      toldAt.set(fields, now);
      logger.error('identity.host_answer_invalid', error, { fields });
    }
    const names = new Set(issues.map(({ path }) => path[0]));
    if (![...names].every((name) => name === 'id' || name === 'role')) throw error;
    return invalid(names.has('id') ? 'bad_subject' : 'no_role');
  }

  return {
    logged: LOGGED,
    authenticate: async (credentials): Promise<Authentication> => {
      const { token } = credentials;
      if (token !== null && token.length > MAX_TOKEN_LENGTH) return invalid('too_long');
      const answer: unknown = await withinLimit(async () => authenticate(credentials), answerLimitMs);
      if (answer === null || answer === undefined) {
        return token === null ? { outcome: 'required' } : invalid('unknown_to_host');
      }
      const parsed = identity.safeParse(answer);
      if (!parsed.success) return misfit(parsed.error);
      const { id, role, expiresAt } = parsed.data;
      const until = expiresAt?.getTime() ?? null;
      if (until !== null && until <= clock.now()) {
        return { outcome: 'expired', refusal: { reason: 'expired' } };
      }
      return { outcome: 'authenticated', identity: { caller: { role, id }, expiresAt: until } };
    },
  };
}

function invalid(reason: SignInRefusalReason): Authentication {
  return { outcome: 'invalid', refusal: { reason } };
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
