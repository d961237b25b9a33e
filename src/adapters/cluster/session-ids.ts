import { randomBytes } from 'node:crypto';

/** As many random bytes as Engine.IO's own ids have, so that nobody can guess one. */
const RANDOM_BYTES = 15;
/** The number of the worker, and then what tells its sessions apart. */
const SESSION_ID = /^(\d{1,3})\.[\w-]{1,64}$/;

/**
 * Makes session ids that say which worker has the session, because the next request of long polling may reach another
 * worker.
 */
export function createSessionIds(worker: number): () => string {
  return () => `${worker}.${randomBytes(RANDOM_BYTES).toString('base64url')}`;
}

/** The worker that has the session of a request, by the request's URL; null for a request that begins a session. */
export function workerOf(url: string | undefined): number | null {
  const query = url?.split('?')[1];
  if (query === undefined) return null;
  const [, worker] = SESSION_ID.exec(new URLSearchParams(query).get('sid') ?? '') ?? [];
  return worker === undefined ? null : Number(worker);
}
