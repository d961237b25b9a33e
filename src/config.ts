import { z } from 'zod';

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
/** Longer would overflow nothing, but nobody means it: a day between two ticks is a mistake. */
const MAX_INTERVAL_MS = 24 * 60 * 60 * 1_000;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/;

const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, { error: `must be a whole number from ${min} to ${max}` })
    .transform(Number)
    .refine((value) => value >= min && value <= max, {
      error: `must be a whole number from ${min} to ${max}`,
    });

const corsOrigin = z.string().transform((text, context): '*' | readonly string[] => {
  if (text.trim() === '*') return '*';
  const origins = text.split(',').map((origin) => origin.trim());
  for (const origin of origins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      context.addIssue('must be * or a comma-separated list of origins like https://clinic.example');
      return z.NEVER;
    }
  }
  return origins;
});

const databaseUrl = z.string().refine((text) => /^postgres(ql)?:\/\//.test(text) && URL.canParse(text), {
  error: 'must be a PostgreSQL URL like postgresql://user:password@host:5432/database',
});

const environment = z.object({
  PORT: whole(0, 65_535).default(3_000),
  HOST: z.string().default('127.0.0.1'),
  DATABASE_URL: databaseUrl.optional(),
  CORS_ORIGIN: corsOrigin.default([]),
  DATA_DIR: z.string().default('.data'),
  DOCTOR_READY_INTERVAL_MS: whole(10, MAX_INTERVAL_MS).default(60_000),
  EXPIRY_SWEEP_INTERVAL_MS: whole(10, MAX_INTERVAL_MS).default(15_000),
  LOG_LEVEL: z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` }).default('info'),
});

export interface Config {
  /** 0 for any free one. */
  readonly port: number;
  readonly host: string;
  /** null: a PostgreSQL of our own in `dataDir`, with demo data. */
  readonly databaseUrl: string | null;
  /** Web pages of other origins that may connect. */
  readonly corsOrigin: '*' | readonly string[];
  readonly dataDir: string;
  /** Milliseconds between two `doctor_ready` ticks. */
  readonly doctorReadyIntervalMs: number;
  /** Milliseconds between two sweeps for consultations that ran out. */
  readonly expirySweepIntervalMs: number;
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

/** A value that the server cannot start with; the message is one line and names the variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** What is set by a host application rather than by the environment. */
export type ChatOptions = Partial<Omit<Config, 'port' | 'host'>>;

/**
 * The same, said in environment variables, so that one check is there for both. What is left out or `undefined` is not
 * among them; a `databaseUrl` of null is, as an empty one.
 */
export function environmentOf(options: ChatOptions): Record<string, string> {
  const { corsOrigin } = options;
  const variables = {
    DATABASE_URL: options.databaseUrl === null ? '' : options.databaseUrl,
    CORS_ORIGIN: Array.isArray(corsOrigin) ? corsOrigin.join(',') : corsOrigin,
    DATA_DIR: options.dataDir,
    DOCTOR_READY_INTERVAL_MS: options.doctorReadyIntervalMs,
    EXPIRY_SWEEP_INTERVAL_MS: options.expirySweepIntervalMs,
    LOG_LEVEL: options.logLevel,
  };
  const given = Object.entries(variables).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

/**
 * Reads the configuration from environment variables; an empty one counts as not set.
 *
 * @throws {ConfigError} for the first value that is wrong.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ConfigError(`${issue?.path.join('.')} ${issue?.message}`);
  }
  const values = parsed.data;
  const own = values.DATABASE_URL === undefined;
  if (own && !LOOPBACK.test(values.HOST)) {
    throw new ConfigError('HOST must be a loopback address such as 127.0.0.1 while DATABASE_URL is not set');
  }
  return {
    port: values.PORT,
    host: values.HOST,
    databaseUrl: values.DATABASE_URL ?? null,
    corsOrigin: values.CORS_ORIGIN,
    dataDir: values.DATA_DIR,
    doctorReadyIntervalMs: values.DOCTOR_READY_INTERVAL_MS,
    expirySweepIntervalMs: values.EXPIRY_SWEEP_INTERVAL_MS,
    logLevel: values.LOG_LEVEL,
  };
}
