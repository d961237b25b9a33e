import { z } from 'zod';
import type { HostAuthenticate } from './adapters/host/host-authenticator.js';
import { type AuthConfig, decideAuth } from './config/auth.js';
import { type AuthOptions, authVariables, authVariablesOf } from './config/auth-variables.js';
import { ConfigError } from './config/config-error.js';
import { corsOrigin } from './config/cors-origin.js';
import {
  type DatabaseConfig,
  type DatabaseOptions,
  databaseVariables,
  databaseVariablesOf,
  decideDatabase,
} from './config/database.js';
import { type EmergencyText, emergencyText } from './config/emergency-text.js';
import {
  type LimitOptions,
  type Limits,
  limitsOf,
  limitVariables,
  limitVariablesOf,
} from './config/limits.js';
import { isLoopback } from './config/loopback.js';
import { decideMetrics, METRICS_READERS, type MetricsConfig, metricsToken } from './config/metrics.js';
import {
  decidePeers,
  type PeersConfig,
  type PeersOptions,
  peersVariables,
  peersVariablesOf,
} from './config/peers.js';
import { decideProcess, type ProcessConfig, processVariables } from './config/process.js';
import { socketPath } from './config/socket-path.js';
import { optionsReadBy, refuseUnknownOptions } from './config/unknown-options.js';
import { refuseUnknownSettings } from './config/unknown-settings.js';
import { whole } from './config/whole.js';

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
/** The longest interval, in ms. A longer one would work, but a day between two ticks is surely a mistake. */
const MAX_INTERVAL_MS = 24 * 60 * 60 * 1_000;

/** The form of each variable by itself, and its default. */
export const environment = z.object({
  PORT: whole(0, 65_535).default(3_000),
  HOST: z.string().default('127.0.0.1'),
  ...databaseVariables,
  ...peersVariables,
  ...authVariables,
  RATE_LIMITS: z.enum(['on', 'off'], { error: 'must be on or off' }).default('on'),
  ...limitVariables,
  CORS_ORIGIN: corsOrigin.default([]),
  SOCKET_PATH: socketPath,
  EMERGENCY_TEXT: emergencyText,
  METRICS: z.enum(METRICS_READERS, { error: `must be one of ${METRICS_READERS.join(', ')}` }).optional(),
  METRICS_TOKEN: metricsToken.optional(),
  DATA_DIR: z.string().default('.data'),
  DOCTOR_READY_INTERVAL_MS: whole(10, MAX_INTERVAL_MS).default(60_000),
  EXPIRY_SWEEP_INTERVAL_MS: whole(10, MAX_INTERVAL_MS).default(15_000),
  ...processVariables,
  LOG_LEVEL: z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` }).default('info'),
  NODE_ENV: z.string().optional(),
});

const SETTINGS = Object.keys(environment.shape);
/**
 * A host application may have a variable of its own that is named nearly like `REDIS_URL`, such as `REDIS_URI`, so
 * there nobody guesses that it is misspelled.
 */
const SETTINGS_IN_HOST = SETTINGS.filter((name) => name !== 'REDIS_URL');

export interface Config extends DatabaseConfig, PeersConfig, ProcessConfig {
  /** 0 for any free port. */
  readonly port: number;
  readonly host: string;
  /** How the server finds out who somebody is. Holds secrets: never log it. */
  readonly auth: AuthConfig;
  /** `off` in demo mode only, for measurements. */
  readonly rateLimits: 'on' | 'off';
  readonly limits: Limits;
  /** Origins of other web pages that may connect. */
  readonly corsOrigin: '*' | readonly string[];
  /** The path of Socket.IO, without a slash at its end. */
  readonly socketPath: string;
  /** What people are told to do in an emergency, by language. */
  readonly emergencyText: EmergencyText;
  /** Who may read the metrics. May hold a secret: never log it. */
  readonly metrics: MetricsConfig;
  readonly dataDir: string;
  /** Milliseconds between two `doctor_ready` ticks. */
  readonly doctorReadyIntervalMs: number;
  /** Milliseconds between two sweeps for consultations that have run out. */
  readonly expirySweepIntervalMs: number;
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

/** The options of a host application, in the place of environment variables. */
export interface ChatOptions
  extends Partial<
      Omit<
        Config,
        | 'port'
        | 'host'
        | 'auth'
        | 'limits'
        | 'metrics'
        | 'socketPath'
        | 'emergencyText'
        | keyof DatabaseConfig
        | keyof PeersConfig
        | keyof ProcessConfig
      >
    >,
    DatabaseOptions,
    PeersOptions,
    AuthOptions,
    LimitOptions {
  /**
   * How the host application finds out who somebody is. With this, the environment's settings for tokens and demo
   * mode have no effect.
   */
  readonly authenticate?: HostAuthenticate | undefined;
  /** As `SOCKET_PATH`: the path of Socket.IO on the HTTP server; `/socket.io` when left out. */
  readonly path?: string | undefined;
  /** As `EMERGENCY_TEXT`: one sentence, or one for each language and `*` for all others. */
  readonly emergencyText?: string | EmergencyText | undefined;
  /** As `METRICS`. */
  readonly metrics?: MetricsConfig['readers'] | undefined;
  /** As `METRICS_TOKEN`. */
  readonly metricsToken?: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The options as environment variables, so that both are checked in one place. Options that are left out or
 * `undefined` are missing here. A `databaseUrl` of null becomes an empty variable.
 */
export function environmentOf(options: ChatOptions): Record<string, string> {
  const { corsOrigin } = options;
  const variables = {
    ...databaseVariablesOf(options),
    ...peersVariablesOf(options),
    ...authVariablesOf(options),
    RATE_LIMITS: options.rateLimits,
    ...limitVariablesOf(options),
    CORS_ORIGIN: Array.isArray(corsOrigin) ? corsOrigin.join(',') : corsOrigin,
    SOCKET_PATH: options.path,
    EMERGENCY_TEXT:
      typeof options.emergencyText === 'object'
        ? JSON.stringify(options.emergencyText)
        : options.emergencyText,
    METRICS: options.metrics,
    METRICS_TOKEN: options.metricsToken,
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
 * @throws {ConfigError} for the first value that is wrong, or a name that looks like a setting and is none.
 */
export function readConfig(env: Environment): Config {
  refuseUnknownSettings(env, SETTINGS, 'server');
  return configIn(env);
}

function configIn(env: Environment): Config {
  const values = readEnvironment(env);
  return configOf(values, decideAuth(values));
}

/**
 * Reads the configuration of a chat on a host application's HTTP server: the options, and the environment for those
 * that are left out. The host application itself decides where it listens, in how many processes, and how it ends, so
 * variables for these things have no effect.
 *
 * @throws {ConfigError} for the first value that is wrong.
 */
export function readChatConfig(options: ChatOptions, env: Environment): Config {
  refuseUnknownOptions(options, OPTION_NAMES);
  try {
    return chatConfigIn(options, env);
  } catch (error) {
    throw error instanceof ConfigError ? inTermsOf(options, error) : error;
  }
}

/** All options that `environmentOf` reads, and the one that stands for no variable. */
const OPTION_NAMES = [...optionsReadBy<ChatOptions>(environmentOf), 'authenticate'];

/** Adds to a message the options that it is about. It names only the variables that they stand for. */
function inTermsOf(options: ChatOptions, { message }: ConfigError): ConfigError {
  const named = new Set(message.match(/\b[A-Z][A-Z_]*[A-Z]\b/g));
  const given = Object.entries(options).filter(([name, value]) => named.has(variableOf(name, value) ?? ''));
  if (given.length === 0) return new ConfigError(message);
  const names = given.map(([name]) => name).join(', ');
  return new ConfigError(`${message} (set by the ${given.length === 1 ? 'option' : 'options'} ${names})`);
}

/** The variable that an option stands for; undefined for an option that is not set. */
function variableOf(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return Object.entries(environmentOf({ [name]: value })).find(([, text]) => text !== '')?.[0];
}

function chatConfigIn(options: ChatOptions, env: Environment): Config {
  const { authenticate } = options;
  const given = environmentOf(options);
  const surroundings = { ...env, HOST: '', PORT: '', WORKERS: '', DRAIN_SECONDS: '' };
  const ofTokens = Object.keys(authVariablesOf(options));
  if (authenticate === undefined) {
    refuseUnknownSettings({ ...surroundings, ...given }, SETTINGS_IN_HOST, 'host');
    return configIn({ ...surroundings, ...given });
  }

  const both = ofTokens.find((name) => name in given);
  if (both !== undefined) throw new ConfigError(`${both} must not be set together with authenticate`);
  const withoutTokens = {
    ...surroundings,
    ...given,
    ...Object.fromEntries(ofTokens.map((name) => [name, ''])),
  };
  refuseUnknownSettings(withoutTokens, SETTINGS_IN_HOST, 'host');
  const values = readEnvironment(withoutTokens);
  return configOf(values, { mode: 'host', authenticate });
}

/**
 * Reads the configuration of a program that works on the database and serves nobody.
 *
 * @throws {ConfigError} for a wrong value.
 */
export function readDatabaseConfig(env: Environment): DatabaseConfig & Pick<Config, 'dataDir' | 'logLevel'> {
  refuseUnknownSettings(env, SETTINGS, 'server');
  const values = readEnvironment(env);
  return { ...decideDatabase(values), dataDir: values.DATA_DIR, logLevel: values.LOG_LEVEL };
}

/**
 * Reads the claims that a token of our own needs, and the secret that signs it.
 *
 * @throws {ConfigError} for a wrong value, and if there is no secret.
 */
export function readTokenConfig(
  env: Environment,
): Omit<Extract<AuthConfig, { mode: 'jwt' }>, 'key'> & { key: { kind: 'secret'; secret: string } } {
  refuseUnknownSettings(env, SETTINGS, 'server');
  const values = readEnvironment(env);
  const auth = values.CHAT_JWT_SECRET === undefined ? null : decideAuth(values);
  if (auth?.mode !== 'jwt' || auth.key.kind !== 'secret') {
    throw new ConfigError(
      'CHAT_JWT_SECRET must be set, since it signs the token; with CHAT_JWKS_URL, only the issuer can sign',
    );
  }
  return { ...auth, key: auth.key };
}

function readEnvironment(env: Environment): z.output<typeof environment> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ConfigError(`${issue?.path.join('.')} ${issue?.message}`);
}

function configOf(values: z.output<typeof environment>, auth: AuthConfig): Config {
  if (values.DATABASE_URL === undefined && !isLoopback(values.HOST)) {
    throw new ConfigError('HOST must be a loopback address such as 127.0.0.1 while DATABASE_URL is not set');
  }
  if (values.RATE_LIMITS === 'off' && auth.mode !== 'demo') {
    throw new ConfigError('RATE_LIMITS must be on outside demo mode');
  }
  const peers = decidePeers(values);
  return {
    port: values.PORT,
    host: values.HOST,
    ...decideDatabase(values),
    ...peers,
    auth,
    rateLimits: values.RATE_LIMITS,
    limits: limitsOf(values),
    corsOrigin: values.CORS_ORIGIN,
    socketPath: values.SOCKET_PATH,
    emergencyText: values.EMERGENCY_TEXT ?? {},
    metrics: decideMetrics(values),
    dataDir: values.DATA_DIR,
    doctorReadyIntervalMs: values.DOCTOR_READY_INTERVAL_MS,
    expirySweepIntervalMs: values.EXPIRY_SWEEP_INTERVAL_MS,
    ...decideProcess(values, peers),
    logLevel: values.LOG_LEVEL,
  };
}
