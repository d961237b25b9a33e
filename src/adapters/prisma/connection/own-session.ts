import type pg from 'pg';
import { sessionOpening } from './session-settings.js';
import { UrlOnlyClient } from './url-only-client.js';

/** How long opening a connection may take, in ms. */
const CONNECT_TIMEOUT_MS = 5_000;
/** How often a connection is tried, in ms: who has lost it must not be the last to know. */
const HEARTBEAT_MS = 2_000;
/** A goodbye that takes longer is cut. */
export const GOODBYE_LIMIT_MS = 200;
/** The server gives up on a host that is gone after 5 + 3 × 2 s. Over a Unix socket these mean nothing. */
const KEEP_ALIVES =
  'SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3';

/**
 * By its name a process knows a session of its own that the server still believes in. It is set by a statement, since poolers
 * drop the one that a connection brings, and hand a session on to another process.
 */
const NAME = "SELECT set_config('application_name', $1, false)";

export interface OwnSessionOptions {
  readonly databaseUrl: string;
  /** The connection's `application_name`. */
  readonly name: string;
  /** How long an answer may take, in ms. */
  readonly answerLimitMs: number;
  readonly connectLimitMs?: number;
  /** In addition, in the way in which PostgreSQL writes them. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Opens a connection that no pool lends to others: what it holds is there as long as it is. @throws what pg throws. */
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

/** Calls back once, when the connection is lost or does not answer any more. @returns what ends it. */
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

/** Ends the session; one that does not answer is cut. */
export async function closeSession(client: pg.Client): Promise<void> {
  await Promise.race([client.end().catch(() => {}), pause(GOODBYE_LIMIT_MS)]);
  client.connection.stream.destroy();
}

/** Keeps no process alive by itself; a connection that is open does. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
