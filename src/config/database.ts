import { z } from 'zod';
import { complaintOfSchemaName } from '../adapters/prisma/connection/schema-name.js';
import { ConfigError } from './config-error.js';

const A_URL =
  'must be a PostgreSQL URL like postgresql://user:password@host:5432/database, with special characters as %23';
/** A URL with a user and no host before its path, which is how managed databases print the URL of a Unix socket. */
const WITHOUT_HOST = /^(postgres(?:ql)?:\/\/[^/?#@]*@)(?=[/?]|$)/;

/**
 * Reads a URL as PostgreSQL's programs do. If a password contains a special character unescaped, the URL would lead
 * elsewhere, with a part of the password as the host.
 */
const databaseUrl = z.string().transform((text, context): string => {
  const url = text.replace(WITHOUT_HOST, '$1localhost');
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url) || hasLooseCharacters(new URL(url))) {
    context.addIssue(A_URL);
    return z.NEVER;
  }
  return url;
});

function hasLooseCharacters({ username, password, pathname, hash, searchParams }: URL): boolean {
  const names = [...searchParams.keys()].join('');
  return (
    hash !== '' || `${pathname}${names}`.includes('@') || ![username, password, pathname].every(isEncoded)
  );
}

function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

const schema = z.string().superRefine((name, context) => {
  const complaint = complaintOfSchemaName(name);
  if (complaint !== null) context.addIssue(complaint);
});

/** The form of the variables that say which PostgreSQL and which schema, and their defaults. */
export const databaseVariables = {
  DATABASE_URL: databaseUrl.optional(),
  DATABASE_MIGRATION_URL: databaseUrl.optional(),
  DATABASE_SCHEMA: schema.optional(),
};

type DatabaseValues = { readonly [Name in keyof typeof databaseVariables]?: string | undefined };

export interface DatabaseConfig {
  /** The URL with its schema, as `?schema=…`. null stands for a PostgreSQL of our own in `dataDir`, with demo data. */
  readonly databaseUrl: string | null;
  /**
   * The URL of the same database as the role that owns its tables, for migrations and the rebuild. null if the
   * serving role owns them.
   */
  readonly databaseMigrationUrl: string | null;
}

/** The options by which a host application may set these variables. */
export interface DatabaseOptions extends Partial<DatabaseConfig> {
  /** As `DATABASE_SCHEMA`. */
  readonly databaseSchema?: string | undefined;
}

/**
 * The environment's other variables about the database belong to the environment's URL, not to a URL that is given
 * here.
 */
export function databaseVariablesOf(options: DatabaseOptions): Record<string, string | undefined> {
  const { databaseUrl: url, databaseMigrationUrl, databaseSchema } = options;
  const unlessGiven = url === undefined ? undefined : '';
  return {
    DATABASE_URL: url === null ? '' : url,
    DATABASE_MIGRATION_URL: databaseMigrationUrl === undefined ? unlessGiven : (databaseMigrationUrl ?? ''),
    DATABASE_SCHEMA: databaseSchema ?? unlessGiven,
  };
}

/** @throws {ConfigError} when the variables contradict each other. */
export function decideDatabase(values: DatabaseValues): DatabaseConfig {
  const { DATABASE_URL, DATABASE_MIGRATION_URL, DATABASE_SCHEMA } = values;
  if (DATABASE_URL === undefined) {
    const alone = (['DATABASE_MIGRATION_URL', 'DATABASE_SCHEMA'] as const).find(
      (name) => values[name] !== undefined,
    );
    if (alone !== undefined) throw new ConfigError(`${alone} must not be set without DATABASE_URL`);
    return { databaseUrl: null, databaseMigrationUrl: null };
  }
  const name = theOneSchema([
    ['DATABASE_URL', schemaIn('DATABASE_URL', DATABASE_URL)],
    ['DATABASE_MIGRATION_URL', schemaIn('DATABASE_MIGRATION_URL', DATABASE_MIGRATION_URL)],
    ['DATABASE_SCHEMA', DATABASE_SCHEMA],
  ]);
  return {
    databaseUrl: withSchema(DATABASE_URL, name),
    databaseMigrationUrl:
      DATABASE_MIGRATION_URL === undefined ? null : withSchema(DATABASE_MIGRATION_URL, name),
  };
}

function schemaIn(variable: string, url: string | undefined): string | undefined {
  const names = url === undefined ? [] : new URL(url).searchParams.getAll('schema');
  const complaint = names.length > 1 ? 'must be named once' : names.map(complaintOfSchemaName)[0];
  if (complaint) throw new ConfigError(`${variable}: schema ${complaint}`);
  return names[0];
}

type Named = readonly [variable: string, schema: string | undefined];

/** @returns undefined if no URL or variable names one. */
function theOneSchema(given: readonly Named[]): string | undefined {
  const named = given.filter(([, name]) => name !== undefined);
  const [first, ...others] = named;
  const other = others.find(([, name]) => name !== first?.[1]);
  if (first !== undefined && other !== undefined) {
    throw new ConfigError(
      `${other[0]} names the schema ${other[1]}, but ${first[0]} names ${first[1]}: they must be the same`,
    );
  }
  return first?.[1];
}

function withSchema(databaseUrl: string, name: string | undefined): string {
  if (name === undefined) return databaseUrl;
  const url = new URL(databaseUrl);
  url.searchParams.set('schema', name);
  return url.href;
}
