import { z } from 'zod';
import { ConfigError } from './config-error.js';

export const METRICS_READERS = ['local', 'open', 'token'] as const;
/** The shortest token, in characters. A shorter one could be guessed. */
const MIN_TOKEN_LENGTH = 16;
const MAX_TOKEN_LENGTH = 512;

/** Text that can stand in an `Authorization` header as it is (RFC 6750). */
export const metricsToken = z
  .string()
  .refine((text) => text.length >= MIN_TOKEN_LENGTH && text.length <= MAX_TOKEN_LENGTH, {
    error: `must have ${MIN_TOKEN_LENGTH} to ${MAX_TOKEN_LENGTH} characters`,
  })
  .refine((text) => /^[\w.~+/-]+=*$/.test(text), {
    error: 'must be letters, digits and any of - . _ ~ + / only, with = at the end perhaps',
  });

/** Who may read the metrics. */
export type MetricsConfig =
  /** This machine only. */
  | { readonly readers: 'local' }
  /** Everybody who can reach the server. */
  | { readonly readers: 'open' }
  /** Everybody who has the token. */
  | { readonly readers: 'token'; readonly token: string };

export interface MetricsVariables {
  readonly METRICS?: (typeof METRICS_READERS)[number] | undefined;
  readonly METRICS_TOKEN?: string | undefined;
}

/** @throws {ConfigError} when a token is set and not asked for, or asked for and not set. */
export function decideMetrics({ METRICS: readers, METRICS_TOKEN: token }: MetricsVariables): MetricsConfig {
  if (token === undefined) {
    if (readers === 'token') throw new ConfigError('METRICS_TOKEN must be set while METRICS is token');
    return { readers: readers ?? 'local' };
  }
  if (readers === 'local' || readers === 'open') {
    throw new ConfigError(`METRICS must not be ${readers} while METRICS_TOKEN is set`);
  }
  return { readers: 'token', token };
}
