import type { Session } from '../../application/sessions/sessions.js';
import { Allowance } from './allowance.js';
import type { ChatSocket } from './chat-server.js';
import { createSerialQueue, type SerialQueue } from './serial-queue.js';

/**
 * How many requests that no rate limits one connection may make at once. These are requests refused for being too
 * many or for lack of a sign-in, leaves, and large requests that are not valid.
 */
export const MAX_UNRATED_REQUESTS = 2_000;
/** How many more it may make in each second after that. */
export const UNRATED_REQUESTS_PER_SECOND = 100;
/** A large request counts once more for each so many characters, because it takes that much longer to read. */
const LENGTH_OF_ONE = 512;

/** One live connection. A class, because tens of thousands of them share its methods. */
export class Connection {
  /** How many requests are not answered yet. */
  inFlight = 0;
  /** Whether the connection was closed because the server is about to stop. Its client may not have noticed yet. */
  isSentAway = false;
  private ownQueue: SerialQueue | null = null;
  private unrated: Allowance | null = null;

  constructor(
    readonly socket: ChatSocket,
    /** Answers the connection's requests. */
    readonly session: Session,
  ) {}

  /**
   * Runs joins, and the leaves that follow them, in the order in which they were sent. The queue is made when it is
   * first needed, because most connections never need it.
   */
  get queue(): SerialQueue {
    this.ownQueue ??= createSerialQueue();
    return this.ownQueue;
  }

  /**
   * Counts one more request that no rate limits. Returns false when the connection has made too many, although it was
   * told to slow down.
   *
   * @param length characters of the request if it was a large one, otherwise 0.
   */
  mayAskUnrated(length: number): boolean {
    this.unrated ??= new Allowance(MAX_UNRATED_REQUESTS, UNRATED_REQUESTS_PER_SECOND);
    return this.unrated.take(1 + Math.floor(length / LENGTH_OF_ONE));
  }
}
