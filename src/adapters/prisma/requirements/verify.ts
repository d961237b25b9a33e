import pg from 'pg';
import type { Database } from '../connection/database.js';
import { schemaOf } from '../connection/schema-name.js';
import type { Session } from '../connection/session.js';
import { searchPathOf } from '../connection/session-settings.js';
import { cannotOpen } from '../connection/unreachable.js';
import { complaintOfPooling } from './pooling-requirement.js';
import type { Requirement } from './requirement.js';
import { schemaRequirements } from './schema-requirements.js';
import { serverRequirements } from './server-requirements.js';
import { sessionRequirements } from './session-requirements.js';

const OPENING_ATTEMPTS = 3;

/**
 * Verifies what can be known before the migrations run, through the pool that serves.
 *
 * @throws {Error} with one line that names the setting to change.
 */
export async function verifySessions({ pool, url }: Database): Promise<void> {
  await openTwo(pool).catch((error: unknown) => {
    throw cannotOpen(url, error);
  });
  // This comes first: if sessions change with each transaction, anything else that is seen of one is chance.
  await verifyThatSessionsStay(pool);
  await verify(pool, [...serverRequirements, ...sessionRequirements(searchPathOf(url))]);
}

async function verifyThatSessionsStay(pool: pg.Pool): Promise<void> {
  const first = await pool.connect();
  try {
    const second = await pool.connect();
    try {
      const complaint = await complaintOfPooling(first, second);
      if (complaint !== null) throw new Error(`${complaint}.`);
    } finally {
      second.release();
    }
  } finally {
    first.release();
  }
}

/**
 * Verifies what the migrations have made, through the pool that serves.
 *
 * @throws {Error} with one line that names the setting to change.
 */
export async function verifySchema({ pool, url }: Pick<Database, 'url'> & { pool: Session }): Promise<void> {
  await verify(pool, schemaRequirements(schemaOf(url)));
}

/**
 * Opens the connections to be verified. The pool waits for a connection no longer than a sender may wait; a start has
 * more time.
 */
async function openTwo(pool: pg.Pool, attemptsLeft = OPENING_ATTEMPTS): Promise<void> {
  try {
    await Promise.all([pool.query('SELECT 1'), pool.query('SELECT 1')]);
  } catch (error) {
    if (error instanceof pg.DatabaseError || attemptsLeft <= 1) throw error;
    await openTwo(pool, attemptsLeft - 1);
  }
}

async function verify(pool: Session, requirements: readonly Requirement[]): Promise<void> {
  for (const requirement of requirements) {
    const complaint = await requirement.check(pool);
    if (complaint !== null) throw new Error(`${complaint}.`);
  }
}
