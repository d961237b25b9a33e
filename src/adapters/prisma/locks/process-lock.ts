import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { Logger } from '../../../application/ports/logger.js';
import { PROCESS_LOCK } from '../connection/advisory-locks.js';
import { closeSession, openOwnSession, pause, watchSession } from '../connection/own-session.js';
import { schemaOf } from '../connection/schema-name.js';
import type { Session as QuerySession } from '../connection/session.js';
import { cannotOpen, checkDatabaseUrl } from '../connection/unreachable.js';
import { complaintOfLeftovers, complaintOfPooling } from '../requirements/pooling-requirement.js';

/** How long a start waits for a predecessor that is stopping, in ms. */
export const PREDECESSOR_WAIT_MS = 5_000;
/** The pause between two tries to take the lock, at the start and after the connection was lost; in ms. */
const RETRY_MS = 100;
/** How long an answer may take, in ms. */
const ANSWER_LIMIT_MS = 5_000;

/** `alone`: no other process may have the lock. `shared`: others may share it. */
export type LockMode = 'alone' | 'shared';

/** The lock is one for each schema of the database, by the schema's name ($1), because the schema may not exist yet. */
const TRY: Readonly<Record<LockMode, string>> = {
  alone: `SELECT pg_try_advisory_lock(${PROCESS_LOCK}, hashtext($1)) AS taken`,
  shared: `SELECT pg_try_advisory_lock_shared(${PROCESS_LOCK}, hashtext($1)) AS taken`,
};
const REFUSAL: Readonly<Record<LockMode, (schema: string) => string>> = {
  alone: (schema) =>
    `Another server serves this database (schema ${schema}) already: stop it first, or give this one a database or a schema of its own.`,
  shared: (schema) =>
    `Another server serves this database (schema ${schema}) alone, with PEERS=none: stop it first, or let it have the same PEERS as this one.`,
};
/** The sessions that hold the lock of the schema $1. */
export const LOCK_HOLDERS = `
  FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
  WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 AND l.classid = ${PROCESS_LOCK}::oid
    AND l.objid = hashtext($1)::oid
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
const NAMES = `SELECT application_name AS name ${LOCK_HOLDERS}`;

/** How the `application_name` begins under which a process holds the lock. */
const HOLDER = { serving: 'consultation-chat lock ', keeping: 'consultation-chat primary ' } as const;
/** For a moment, one process may hold the lock in two sessions: its old one and the one that has replaced it. */
const SERVING = `SELECT count(DISTINCT application_name)::int AS serving ${LOCK_HOLDERS}
  AND starts_with(application_name, '${HOLDER.serving}')`;

/** How many processes that serve people hold the lock of the schema. A pooler that drops names hides them. */
export async function countServing(session: QuerySession, schema: string): Promise<number> {
  const { rows } = await session.query<{ serving: number }>(SERVING, [schema]);
  return (rows as [(typeof rows)[0]])[0].serving;
}

/** The lock of the process that serves a database. It keeps away processes that may not serve it at the same time. */
export interface ProcessLock {
  /** False while the connection of the lock is lost and the lock could not be taken again yet. */
  isHeld(): boolean;
  /** Resolves when another process has taken the lock meanwhile. This process must not serve any more. */
  readonly takenOver: Promise<void>;
  /** Releases the lock. Releasing it again does nothing. */
  release(): Promise<void>;
}

export interface ProcessLockOptions {
  readonly databaseUrl: string;
  readonly logger: Logger;
  /** `alone` when left out. */
  readonly mode?: LockMode;
  /** false for a process that only keeps the database for others; true when left out. */
  readonly serves?: boolean | undefined;
  /** Ends the wait for a predecessor. */
  readonly signal?: AbortSignal | undefined;
  /** In ms; {@link PREDECESSOR_WAIT_MS} when left out. */
  readonly waitMs?: number;
}

/**
 * Takes the lock of the process that serves, on a connection of its own. When that connection is lost, for instance
 * because the database was restarted, the lock is taken again automatically.
 *
 * @throws {Error} with one line when another server has the lock, or the database cannot be opened.
 * @throws the signal's reason when it was aborted.
 */
export async function takeProcessLock(options: ProcessLockOptions): Promise<ProcessLock> {
  const { databaseUrl, logger, mode = 'alone', serves = true } = options;
  const { signal, waitMs = PREDECESSOR_WAIT_MS } = options;
  checkDatabaseUrl(databaseUrl);
  const name = `${serves ? HOLDER.serving : HOLDER.keeping}${randomBytes(4).toString('hex')}`;
  const session: Session = { databaseUrl, schema: schemaOf(databaseUrl), name, mode, logger };
  const first = await openFirst(session);
  try {
    await verifyThatSessionsStay(first, session);
    const complaint = await complaintOfLeftovers(() => openFirst(session));
    if (complaint !== null) throw new Error(`${complaint}.`);
    await takePatiently(first, session, waitMs, signal);
  } catch (error) {
    await closeSession(first);
    throw error;
  }
  return keep(first, session);
}

async function openFirst(session: Session): Promise<pg.Client> {
  return openSession(session).catch((error: unknown) => {
    throw cannotOpen(session.databaseUrl, error);
  });
}

/** Refuses a pooler that lends sessions, because the lock would stay behind in a session that others use. */
async function verifyThatSessionsStay(first: pg.Client, session: Session): Promise<void> {
  const second = await openFirst(session);
  try {
    const complaint = await complaintOfPooling(first, second);
    if (complaint !== null) throw new Error(`${complaint}.`);
  } finally {
    await closeSession(second);
  }
}

async function takePatiently(
  client: pg.Client,
  session: Session,
  waitMs: number,
  signal?: AbortSignal,
): Promise<void> {
  const deadlineMs = performance.now() + waitMs;
  for (;;) {
    signal?.throwIfAborted();
    if (await tryToTake(client, session)) return;
    if (performance.now() >= deadlineMs) {
      throw new Error(REFUSAL[session.mode](session.schema));
    }
    await pause(RETRY_MS);
  }
}

interface Session {
  readonly databaseUrl: string;
  readonly schema: string;
  /** The `application_name` of this process's connections. No other process has the same. */
  readonly name: string;
  readonly mode: LockMode;
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
    const stop = watchSession(client, () => {
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
        if (isReleased) return closeSession(answer);
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
      if (client !== null) await closeSession(client);
    },
  };
}

/**
 * Tries once to take the lock on a new connection. The answer is `later` while the database is away, or while an old
 * session of this process still has the lock.
 */
async function tryAgain(session: Session): Promise<pg.Client | 'elsewhere' | 'later'> {
  let client: pg.Client;
  try {
    client = await openSession(session);
  } catch {
    return 'later';
  }
  try {
    if (await tryToTake(client, session)) return client;
    const { rows } = await client.query<{ name: string | null }>(NAMES, [session.schema]);
    await closeSession(client);
    return rows.every(({ name }) => name === session.name) ? 'later' : 'elsewhere';
  } catch {
    client.connection.stream.destroy();
    return 'later';
  }
}

function openSession({ databaseUrl, name }: Session): Promise<pg.Client> {
  return openOwnSession({ databaseUrl, name, answerLimitMs: ANSWER_LIMIT_MS });
}

async function tryToTake(client: pg.Client, { mode, schema }: Session): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>(TRY[mode], [schema]);
  return rows[0]?.taken === true;
}
