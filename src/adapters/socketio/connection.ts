import type { Session } from '../../application/sessions/sessions.js';
import { Allowance } from './allowance.js';
import type { ChatSocket } from './chat-server.js';
import { createTurns, type Turns } from './turns.js';

/** Requests of one connection that may be refused for being too many, at once. */
export const MAX_REFUSED_REQUESTS = 2_000;
/** And so many a second after that. */
export const REFUSED_REQUESTS_PER_SECOND = 100;

/** One live connection. A class, because tens of thousands of them share its methods. */
export class Connection {
  /** Requests that are not answered yet. */
  underWay = 0;
  private order: Turns | null = null;
  private refusals: Allowance | null = null;

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

  /** One more request was one too many. False when it has gone on for too long, whatever it was told. */
  mayBeRefused(): boolean {
    this.refusals ??= new Allowance(MAX_REFUSED_REQUESTS, REFUSED_REQUESTS_PER_SECOND);
    return this.refusals.take();
  }
}
