import type { Session } from '../../application/sessions/sessions.js';
import { Allowance } from './allowance.js';
import type { ChatSocket } from './chat-server.js';
import { createSerialQueue, type SerialQueue } from './serial-queue.js';

/**
 * Requests of one connection, at once, that no rate limits: those refused for being too many or for lack of a sign-in,
 * leaves, and large ones that are not valid.
 */
export const MAX_UNRATED_REQUESTS = 2_000;
/** The same for each second after that. */
export const UNRATED_REQUESTS_PER_SECOND = 100;
/** The number of characters for which a large request counts once more, because it takes that much longer to read. */
const LENGTH_OF_ONE = 512;

/** One live connection. A class, because tens of thousands of them share its methods. */
export class Connection {
  /** Requests that are not answered yet. */
  inFlight = 0;
  /** Whether it was closed because the server is about to stop; its client may not have noticed yet. */
  isSentAway = false;
  private ownQueue: SerialQueue | null = null;
  private unrated: Allowance | null = null;

  constructor(
    readonly socket: ChatSocket,
    /** What the connection may ask for. */
    readonly session: Session,
  ) {}

  /**
   * Joins, and the leaves behind them, in the order in which they were sent. Made when it is first needed, because most
   * connections only wait.
   */
  get queue(): SerialQueue {
    this.ownQueue ??= createSerialQueue();
    return this.ownQueue;
  }

  /**
   * Counts one more request that no rate limits. False when the connection has made too many, whatever it was told.
   *
   * @param length characters of the request if it was a large one, otherwise 0.
   */
  mayAskUnrated(length: number): boolean {
    this.unrated ??= new Allowance(MAX_UNRATED_REQUESTS, UNRATED_REQUESTS_PER_SECOND);
    return this.unrated.take(1 + Math.floor(length / LENGTH_OF_ONE));
  }
}
