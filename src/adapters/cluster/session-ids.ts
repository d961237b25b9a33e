import { randomBytes } from 'node:crypto';

/** As many as Engine.IO's own ids have: nobody guesses one. */
const RANDOM_BYTES = 15;
/** `3.` and then what tells the sessions of that worker apart. */
const SESSION_ID = /^(\d{1,3})\.[\w-]{1,64}$/;

/** Session ids of long polling that say which worker has the session: the next request may reach another one. */
export function createSessionIds(worker: number): () => string {
  return () => `${worker}.${randomBytes(RANDOM_BYTES).toString('base64url')}`;
}

/** The worker whose session a request belongs to, by its URL; null for one that begins a session. */
export function workerOf(url: string | undefined): number | null {
  const query = url?.split('?')[1];
  if (query === undefined) return null;
  const [, worker] = SESSION_ID.exec(new URLSearchParams(query).get('sid') ?? '') ?? [];
  return worker === undefined ? null : Number(worker);
}
