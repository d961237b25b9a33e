import type { AccessChannel } from '../ports/access-log.js';
import type { Caller } from '../ports/identity.js';
import { personKey } from './person.js';

/** Who asks for something, and by which request, for the access log. */
export interface Requester {
  readonly caller: Caller;
  readonly channel: AccessChannel;
  /** The connection's, the HTTP request's or the call's id, as in the log. */
  readonly requestId: string;
}

/**
 * The key that requests are counted under: one for a person on all devices, one for each connection if nobody vouches.
 */
export function countedAs({ caller, requestId }: Requester): string {
  return caller.role === 'anyone' ? `connection:${requestId}` : personKey(caller.role, caller.id);
}
