import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { Logger } from '../../application/ports/logger.js';
import { PROCESS_LOCK } from './advisory-locks.js';
import { complaintOfLeftovers, complaintOfPooling } from './requirements/pooling-requirement.js';
import { schemaOf } from './schema-name.js';
import { sessionOpening } from './session-settings.js';
import { cannotOpen, checkDatabaseUrl } from './unreachable.js';
import { UrlOnlyClient } from './url-only-client.js';

/** How long a start waits for a predecessor that is just stopping, in ms. */
export const PREDECESSOR_WAIT_MS = 5_000;
/** Between two tries, at the start and after the connection was lost, in ms. */
const RETRY_MS = 100;
/** How often the connection is tried, and how long an answer may take, in ms: who has lost the lock must not be the last to know. */
const HEARTBEAT_MS = 2_000;
const ANSWER_LIMIT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** A goodbye that takes longer is cut. */
export const GOODBYE_LIMIT_MS = 200;
/** The server gives the lock of a host that is gone free after 5 + 3 × 2 s. Over a Unix socket these mean nothing. */
const KEEP_ALIVES =
  'SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3';

/** One for each schema of the database, by its name ($1): there may be none yet. */
const TRY = `SELECT pg_try_advisory_lock(${PROCESS_LOCK}, hashtext($1)) AS taken`;
/**
 * By its name a process knows a session of its own that the server still believes in. It is set by a statement, since poolers
 * drop the one that a connection brings, and hand a session on to another process.
 */
const NAME = "SELECT set_config('application_name', $1, false)";
/** Who has it. */
const HOLDER = `
  SELECT application_name AS name FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
  WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 AND l.classid = ${PROCESS_LOCK}::oid
    AND l.objid = hashtext($1)::oid
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** Says that this process, and no other, serves a database. */
export interface ProcessLock {
  /** False while its connection is lost and it could not be taken again yet. */
  isHeld(): boolean;
  /** Resolves when another process has taken it meanwhile: this one must not serve any more. */
  readonly takenOver: Promise<void>;
  /** Gives it to whoever comes next. Repeating it does nothing. */
  release(): Promise<void>;
}

export interface ProcessLockOptions {
  readonly databaseUrl: string;
  readonly logger: Logger;
  /** Gives the wait for a predecessor up. */
  readonly signal?: AbortSignal | undefined;
  /** Default {@link PREDECESSOR_WAIT_MS}. */
  readonly waitMs?: number;
}

/**
 * Takes the lock of the process that serves, on a connection of its own. When that is lost, because the database was
 * restarted perhaps, it is taken again by itself.
 *
 * @throws Error with one line when another server has the lock, or the database cannot be opened; the signal's reason.
 */
export async function takeProcessLock(options: ProcessLockOptions): Promise<ProcessLock> {
  const { databaseUrl, logger, signal, waitMs = PREDECESSOR_WAIT_MS } = options;
  checkDatabaseUrl(databaseUrl);
  const name = `consultation-chat lock ${randomBytes(4).toString('hex')}`;
  const session: Session = { databaseUrl, schema: schemaOf(databaseUrl), name, logger };
  const first = await openFirst(session);
  try {
    await verifyThatSessionsStay(first, session);
    const complaint = await complaintOfLeftovers(() => openFirst(session));
    if (complaint !== null) throw new Error(`${complaint}.`);
    await takePatiently(first, session.schema, waitMs, signal);
  } catch (error) {
    await close(first);
    throw error;
  }
  return keep(first, session);
}

async function openFirst(session: Session): Promise<pg.Client> {
  return openSession(session).catch((error: unknown) => {
    throw cannotOpen(session.databaseUrl, error);
  });
}

/** Where a pooler lends sessions, the lock would stay behind in one that is everybody's. */
async function verifyThatSessionsStay(first: pg.Client, session: Session): Promise<void> {
  const second = await openFirst(session);
  try {
    const complaint = await complaintOfPooling(first, second);
    if (complaint !== null) throw new Error(`${complaint}.`);
  } finally {
    await close(second);
  }
}

async function takePatiently(
  client: pg.Client,
  schema: string,
  waitMs: number,
  signal?: AbortSignal,
): Promise<void> {
  const deadlineMs = performance.now() + waitMs;
  for (;;) {
    signal?.throwIfAborted();
    if (await tryToTake(client, schema)) return;
    if (performance.now() >= deadlineMs) {
      throw new Error(
        `Another server serves this database (schema ${schema}) already: stop it first, or give this one a database or a schema of its own.`,
      );
    }
    await pause(RETRY_MS);
  }
}

interface Session {
  readonly databaseUrl: string;
  readonly schema: string;
  /** The connections' `application_name`: no other process has the same. */
  readonly name: string;
  readonly logger: Logger;
}

function keep(first: pg.Client, session: Session): ProcessLock {
  let held: pg.Client | null = first;
  let isReleased = false;
  let tellTakenOver = (): void => {};
  const takenOver = new Promise<void>((resolve) => {
    tellTakenOver = resolve;
  });

  function hold(client: pg.Client): void {
    held = client;
    const stop = watch(client, () => {
      stop();
      if (held !== client) return;
      held = null;
      client.connection.stream.destroy();
      if (!isReleased) void takeAgain();
    });
  }

  async function takeAgain(): Promise<void> {
    session.logger.warn('database.lock_lost');
    while (!isReleased) {
      const answer = await tryAgain(session);
      if (answer === 'elsewhere') {
        session.logger.warn('database.taken_over');
        tellTakenOver();
        return;
      }
      if (answer !== 'later') {
        if (isReleased) return close(answer);
        session.logger.info('database.lock_retaken');
        return hold(answer);
      }
      await pause(RETRY_MS);
    }
  }

  hold(first);
  return {
    isHeld: () => held !== null,
    takenOver,
    release: async () => {
      isReleased = true;
      const client = held;
      held = null;
      if (client !== null) await close(client);
    },
  };
}

/** Calls back once, when the connection is lost or does not answer any more. @returns what ends it. */
function watch(client: pg.Client, onLost: () => void): () => void {
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

/** One try to take the lock on a new connection: `later` while the database is away, or this process's own old session has it. */
async function tryAgain(session: Session): Promise<pg.Client | 'elsewhere' | 'later'> {
  let client: pg.Client;
  try {
    client = await openSession(session);
  } catch {
    return 'later';
  }
  try {
    if (await tryToTake(client, session.schema)) return client;
    const { rows } = await client.query<{ name: string | null }>(HOLDER, [session.schema]);
    await close(client);
    const [holder] = rows;
    if (holder === undefined) return 'later';
    return holder.name === session.name ? 'later' : 'elsewhere';
  } catch {
    client.connection.stream.destroy();
    return 'later';
  }
}

async function openSession(session: Session): Promise<pg.Client> {
  const client = new UrlOnlyClient({
    connectionString: session.databaseUrl,
    application_name: session.name,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: ANSWER_LIMIT_MS,
    keepAlive: true,
  });
  // Unheard, the event of a connection that is lost would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query(KEEP_ALIVES);
    await sessionOpening(session.databaseUrl)(client);
    await client.query(NAME, [session.name]);
  } catch (error) {
    client.connection.stream.destroy();
    throw error;
  }
  return client;
}

async function tryToTake(client: pg.Client, schema: string): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>(TRY, [schema]);
  return rows[0]?.taken === true;
}

/** Ends the session; one that does not answer is cut. */
async function close(client: pg.Client): Promise<void> {
  await Promise.race([client.end().catch(() => {}), pause(GOODBYE_LIMIT_MS)]);
  client.connection.stream.destroy();
}

/** Keeps no process alive by itself; a connection that is open does. */
function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
