/** Returns `host:port` of a PostgreSQL URL, for messages. It never has the user or the password. */
function addressOf(databaseUrl: string): string {
  try {
    const url = new URL(databaseUrl);
    const host = url.searchParams.get('host') ?? url.hostname;
    return `${host || 'localhost'}:${url.port || '5432'}`;
  } catch {
    return 'the given DATABASE_URL';
  }
}

function firstLine(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return firstLine(error.errors[0]);
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0] ?? text;
}

const NO_VERIFY = 'sslmode=no-verify encrypts without verifying whom';
const UNKNOWN_SIGNER = `name the certificate of whoever signed the server's in sslrootcert=…; ${NO_VERIFY}`;

/**
 * The remedies, by the code or the beginning of the error. Unlike libpq's, pg's `sslmode=require` verifies the
 * certificate.
 */
const REMEDIES: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_SIGNER,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_SIGNER,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_SIGNER,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_SIGNER,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_SIGNER,
  ERR_TLS_CERT_ALTNAME_INVALID: `name a host that is in its certificate; ${NO_VERIFY}`,
  'The server does not support SSL connections': 'sslmode=disable connects without encryption',
  'unsupported startup parameter':
    'take it out of the URL, or add it to ignore_startup_parameters (PgBouncer)',
};

function remedyFor(error: unknown, line: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const found = Object.keys(REMEDIES).find((key) => key === code || line.startsWith(key));
  return found === undefined ? '' : `: ${REMEDIES[found]}`;
}

/** Makes an error of one line that names host and port, and the remedy if one is known. */
export function cannotOpen(databaseUrl: string, error: unknown): Error {
  const line = firstLine(error).replace(/\.$/, '');
  const text = `Cannot open the database at ${addressOf(databaseUrl)}: ${line}${remedyFor(error, line)}.`;
  return new Error(text, { cause: error });
}

/** @throws {Error} with one line if the URL cannot be read as one. */
export function checkDatabaseUrl(databaseUrl: string): void {
  if (!URL.canParse(databaseUrl)) throw new Error('DATABASE_URL is not a valid PostgreSQL URL.');
}
