/** `host:port` of a PostgreSQL URL, for messages: never the user or the password. */
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

/** An error with one line that names host and port. */
export function cannotOpen(databaseUrl: string, error: unknown): Error {
  return new Error(`Cannot open the database at ${addressOf(databaseUrl)}: ${firstLine(error)}.`, {
    cause: error,
  });
}

/** @throws Error with one line. */
export function checkDatabaseUrl(databaseUrl: string): void {
  if (!URL.canParse(databaseUrl)) throw new Error('DATABASE_URL is not a valid PostgreSQL URL.');
}
