import { type Refusal, refuse } from '../answers/refusal.js';
import type { Requester } from '../lookup/requester.js';
import type { Actor } from '../ports/event-store.js';

/** Runs the command for an administrator, and refuses everybody else. */
export async function asAdmin<Outcome>(
  { caller }: Requester,
  act: (admin: Actor) => Promise<Outcome>,
): Promise<Outcome | Refusal> {
  return caller.role === 'admin' ? act({ kind: 'admin', id: caller.id }) : refuse('auth.forbidden');
}
