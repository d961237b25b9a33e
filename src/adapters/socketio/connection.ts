import type { Session } from '../../application/sessions.js';
import type { ChatSocket } from './chat-server.js';
import { createTurns, type Turns } from './turns.js';

/** One live connection. A class, because tens of thousands of them share its methods. */
export class Connection {
  /** Requests that are not answered yet. */
  underWay = 0;
  private order: Turns | null = null;

  constructor(
    readonly socket: ChatSocket,
    /** What the connection may ask for. */
    readonly session: Session,
  ) {}

  /** What it asked for before may still be under way. Made when it is first needed: most connections wait. */
  get turns(): Turns {
    this.order ??= createTurns();
    return this.order;
  }
}
