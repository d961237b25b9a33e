import type { AccessChannel } from '../ports/access-log.js';
import type { Caller } from '../ports/identity.js';
import { personKey } from './person.js';

/** Who asks for something, and by which request, for the access log. */
export interface Requester {
  readonly caller: Caller;
  readonly channel: AccessChannel;
  /** The id of the connection, of the HTTP request or of the call. The log has the same id. */
  readonly requestId: string;
}

/**
 * The key under which rates count a requester: one for a person on all devices; in demo mode, one for each
 * connection.
 */
export function countedAs({ caller, requestId }: Requester): string {
  return caller.role === 'anyone' ? `connection:${requestId}` : personKey(caller.role, caller.id);
}
