import type { z } from 'zod';
import { DEFAULT_RATES, type Rates } from '../application/ports/rate-limiter.js';
import { DEFAULT_SESSION_LIMITS, type SessionLimits } from '../application/sessions/session-limits.js';
import { whole } from './whole.js';

const MAX_PER_MINUTE = 1_000_000;
const MAX_WAIT_MS = 60 * 60 * 1_000;

const perMinute = (value: number) => whole(1, MAX_PER_MINUTE).default(value);
const atOnce = perMinute;

/** How much anybody may do, as environment variables. */
export const limitVariables = {
  RATE_LIMIT_MESSAGES_PER_MINUTE: perMinute(DEFAULT_RATES.send_message.perMinute),
  RATE_LIMIT_MESSAGES_BURST: atOnce(DEFAULT_RATES.send_message.burst),
  RATE_LIMIT_JOINS_PER_MINUTE: perMinute(DEFAULT_RATES.join_consultation.perMinute),
  RATE_LIMIT_JOINS_BURST: atOnce(DEFAULT_RATES.join_consultation.burst),
  RATE_LIMIT_TYPING_PER_MINUTE: perMinute(DEFAULT_RATES.typing.perMinute),
  RATE_LIMIT_TYPING_BURST: atOnce(DEFAULT_RATES.typing.burst),
  RATE_LIMIT_READS_PER_MINUTE: perMinute(DEFAULT_RATES.get_messages.perMinute),
  RATE_LIMIT_READS_BURST: atOnce(DEFAULT_RATES.get_messages.burst),
  RATE_LIMIT_READ_MARKS_PER_MINUTE: perMinute(DEFAULT_RATES.mark_read.perMinute),
  RATE_LIMIT_READ_MARKS_BURST: atOnce(DEFAULT_RATES.mark_read.burst),
  RATE_LIMIT_SIGN_INS_PER_MINUTE: perMinute(DEFAULT_RATES.authenticate.perMinute),
  RATE_LIMIT_SIGN_INS_BURST: atOnce(DEFAULT_RATES.authenticate.burst),
  RATE_LIMIT_INVALID_REQUESTS_PER_MINUTE: perMinute(DEFAULT_RATES.invalid_request.perMinute),
  RATE_LIMIT_INVALID_REQUESTS_BURST: atOnce(DEFAULT_RATES.invalid_request.burst),
  RATE_LIMIT_HANDSHAKES_PER_MINUTE: perMinute(DEFAULT_RATES.handshake.perMinute),
  RATE_LIMIT_HANDSHAKES_BURST: atOnce(DEFAULT_RATES.handshake.burst),
  RATE_LIMIT_API_REQUESTS_PER_MINUTE: perMinute(300),
  RATE_LIMIT_FAILED_SIGN_INS_PER_MINUTE: perMinute(DEFAULT_RATES.failed_sign_in.perMinute),
  MAX_CONNECTIONS_PER_ADDRESS: whole(1, 1_000_000).default(1_000),
  MAX_JOINED_CONSULTATIONS: whole(1, 10_000).default(DEFAULT_SESSION_LIMITS.maxJoinedConsultations),
  SIGN_IN_WITHIN_MS: whole(100, MAX_WAIT_MS).default(DEFAULT_SESSION_LIMITS.signInWithinMs),
  JOIN_WITHIN_MS: whole(100, MAX_WAIT_MS).default(DEFAULT_SESSION_LIMITS.joinWithinMs),
  TRUST_PROXY: whole(0, 10).default(0),
};

type Variables = typeof limitVariables;
type Name = keyof Variables;
type CamelCase<Text extends string> = Text extends `${infer Head}_${infer Tail}`
  ? `${Lowercase<Head>}${Capitalize<CamelCase<Tail>>}`
  : Lowercase<Text>;

/** The same as options of a host application: `rateLimitMessagesPerMinute` for `RATE_LIMIT_MESSAGES_PER_MINUTE`. */
export type LimitOptions = { readonly [Variable in Name as CamelCase<Variable>]?: number | undefined };

/** How much anybody may do. */
export interface Limits extends Omit<SessionLimits, 'noticeIntervalMs'> {
  /** What a person, a connection or an address may do on sockets. */
  readonly rates: Rates;
  /** How many HTTP requests one person may make in a minute. */
  readonly apiRequestsPerMinute: number;
  readonly maxConnectionsPerAddress: number;
  /**
   * How many proxies of our own every request passes. As many entries at the right end of `X-Forwarded-For` can be
   * trusted.
   */
  readonly trustedProxies: number;
}

export function limitsOf(values: { readonly [Variable in Name]: z.output<Variables[Variable]> }): Limits {
  return {
    rates: {
      ...DEFAULT_RATES,
      send_message: rate(values.RATE_LIMIT_MESSAGES_PER_MINUTE, values.RATE_LIMIT_MESSAGES_BURST),
      join_consultation: rate(values.RATE_LIMIT_JOINS_PER_MINUTE, values.RATE_LIMIT_JOINS_BURST),
      typing: rate(values.RATE_LIMIT_TYPING_PER_MINUTE, values.RATE_LIMIT_TYPING_BURST),
      get_messages: rate(values.RATE_LIMIT_READS_PER_MINUTE, values.RATE_LIMIT_READS_BURST),
      mark_read: rate(values.RATE_LIMIT_READ_MARKS_PER_MINUTE, values.RATE_LIMIT_READ_MARKS_BURST),
      authenticate: rate(values.RATE_LIMIT_SIGN_INS_PER_MINUTE, values.RATE_LIMIT_SIGN_INS_BURST),
      invalid_request: rate(
        values.RATE_LIMIT_INVALID_REQUESTS_PER_MINUTE,
        values.RATE_LIMIT_INVALID_REQUESTS_BURST,
      ),
      handshake: rate(values.RATE_LIMIT_HANDSHAKES_PER_MINUTE, values.RATE_LIMIT_HANDSHAKES_BURST),
      failed_sign_in: rate(
        values.RATE_LIMIT_FAILED_SIGN_INS_PER_MINUTE,
        values.RATE_LIMIT_FAILED_SIGN_INS_PER_MINUTE,
      ),
    },
    apiRequestsPerMinute: values.RATE_LIMIT_API_REQUESTS_PER_MINUTE,
    maxConnectionsPerAddress: values.MAX_CONNECTIONS_PER_ADDRESS,
    maxJoinedConsultations: values.MAX_JOINED_CONSULTATIONS,
    signInWithinMs: values.SIGN_IN_WITHIN_MS,
    joinWithinMs: values.JOIN_WITHIN_MS,
    trustedProxies: values.TRUST_PROXY,
  };
}

function rate(perMinute: number, burst: number) {
  return { perMinute, burst };
}

/** The options that are set, by the names of their variables. */
export function limitVariablesOf(options: LimitOptions): Partial<Record<Name, number | undefined>> {
  const given: Readonly<Record<string, number | undefined>> = options;
  const names = Object.keys(limitVariables) as Name[];
  return Object.fromEntries(names.map((name) => [name, given[camelCase(name)]]));
}

function camelCase(name: string): string {
  return name.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
