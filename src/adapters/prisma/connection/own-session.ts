import type pg from 'pg';
import { sessionOpening } from './session-settings.js';
import { UrlOnlyClient } from './url-only-client.js';

/** How long opening a connection may take, in ms. */
const CONNECT_TIMEOUT_MS = 5_000;
/** How often a connection is checked, in ms, so that a process that has lost its connection learns of it soon. */
const HEARTBEAT_MS = 2_000;
/** How long closing the session may take, in ms, before its connection is cut. */
export const GOODBYE_LIMIT_MS = 200;
/** With these, the server gives up on a host that is gone after 5 + 3 × 2 s. They have no effect over a Unix socket. */
const KEEP_ALIVES =
  'SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3';

/**
 * Gives the session a name, by which a process recognises a session of its own that the server still believes in. A
 * statement sets it, because poolers drop the name that a connection brings, and hand a session on to another
 * process.
 */
const NAME = "SELECT set_config('application_name', $1, false)";

export interface OwnSessionOptions {
  readonly databaseUrl: string;
  /** The `application_name` of the connection. */
  readonly name: string;
  /** How long an answer may take, in ms. */
  readonly answerLimitMs: number;
  readonly connectLimitMs?: number;
  /** Further settings, in the way in which PostgreSQL writes their values. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * Opens a connection that no pool lends to others, so that its locks are held as long as it is open.
 *
 * @throws the error that pg throws.
 */
export async function openOwnSession(options: OwnSessionOptions): Promise<pg.Client> {
  const { databaseUrl, name, answerLimitMs, connectLimitMs = CONNECT_TIMEOUT_MS, settings } = options;
  const client = new UrlOnlyClient({
    connectionString: databaseUrl,
    application_name: name,
    connectionTimeoutMillis: connectLimitMs,
    query_timeout: answerLimitMs,
    keepAlive: true,
  });
  try {
    await client.connect();
    await client.query(KEEP_ALIVES);
    await sessionOpening(databaseUrl, settings)(client);
    await client.query(NAME, [name]);
  } catch (error) {
    client.connection.stream.destroy();
    throw error;
  }
  return client;
}

/**
 * Calls `onLost` once, when the connection is lost or does not answer any more.
 *
 * @returns a function that stops watching.
 */
export function watchSession(client: pg.Client, onLost: () => void): () => void {
  let isAsking = false;
  const heartbeat = setInterval(() => {
    if (isAsking) return;
    isAsking = true;
    client.query('SELECT 1').then(() => {
      isAsking = false;
    }, onLost);
  }, HEARTBEAT_MS);
  heartbeat.unref();
  client.on('error', onLost);
  client.on('end', onLost);
  return () => clearInterval(heartbeat);
}

/** Ends the session. If it does not answer within `GOODBYE_LIMIT_MS`, its connection is cut. */
export async function closeSession(client: pg.Client): Promise<void> {
  await Promise.race([client.end().catch(() => {}), pause(GOODBYE_LIMIT_MS)]);
  client.connection.stream.destroy();
}

/** Resolves after the time. The timer does not keep the process alive, but an open connection does. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
