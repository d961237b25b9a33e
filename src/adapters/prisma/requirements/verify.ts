import type { Database } from '../database.js';
import { cannotOpen } from '../unreachable.js';
import { complaintOfPooling } from './pooling-requirement.js';
import type { Requirement, Session } from './requirement.js';
import { schemaRequirements, targetSchema } from './schema-requirements.js';
import { serverRequirements } from './server-requirements.js';
import { sessionRequirements } from './session-requirements.js';

/**
 * What can be told before the migrations run, through the pool that serves.
 *
 * @throws Error with one line that names the setting to change.
 */
export async function verifySessions({ pool, url }: Database): Promise<void> {
  await pool.query('SELECT 1').catch((error: unknown) => {
    throw cannotOpen(url, error);
  });
  await verify(pool, [...serverRequirements, ...sessionRequirements, targetSchema]);
  const complaint = await complaintOfPooling(pool);
  if (complaint !== null) throw new Error(`${complaint}.`);
}

/**
 * What the migrations have left, through the pool that serves.
 *
 * @throws Error with one line that names the setting to change.
 */
export async function verifySchema({ pool }: Database): Promise<void> {
  await verify(pool, schemaRequirements);
}

async function verify(pool: Session, requirements: readonly Requirement[]): Promise<void> {
  for (const requirement of requirements) {
    const complaint = await requirement.check(pool);
    if (complaint !== null) throw new Error(`${complaint}.`);
  }
}
