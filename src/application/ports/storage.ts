import type { Instant } from '../../domain/instant.js';
import type { Peers, ProcessId } from './peers.js';
import type { StoragePorts } from './ports.js';
import type { SharedCounts } from './shared-counts.js';

/** Peers over a link that may be lost. */
export interface LinkedPeers extends Peers {
  /** Whether the link is up now. */
  isUp(): boolean;
}

/** The right of this process to serve the database. */
export interface Claim {
  /** Resolves when another process has taken the database over. */
  readonly takenOver: Promise<void>;
}

/**
 * A store as a server starts and stops it, together with the ports that the application sees. The methods are called in
 * this order: `claim`, `migrate`, everything else, `settle`, `close`, `release`.
 */
export interface Storage extends StoragePorts {
  /** The other processes, if the database carries their news; null otherwise. */
  readonly peers: LinkedPeers | null;
  /**
   * Takes the database for this process, alone or together with its peers.
   *
   * @param signal ends the wait for a predecessor.
   * @param serves whether this process will serve people, and not only keep the database for those that do. true when left
   *   out.
   * @throws {Error} with one line when another server has the database in a way that excludes this one, or when it
   *   cannot be opened.
   * @throws the signal's reason when it was aborted.
   */
  claim(signal?: AbortSignal, serves?: boolean): Promise<Claim>;
  /**
   * Gives the database to the next process. That one may store at once, so this is called last. Does nothing if the
   * database was not claimed.
   */
  release(): Promise<void>;
  /**
   * Brings the tables up to date, verifies what the code relies on through the connections that will serve, and then
   * begins to hear the peers.
   *
   * @throws {Error} with one line that says what has to be changed.
   */
  migrate(): Promise<void>;
  /**
   * Does work that one of the processes does for all of them, unless another one is at it.
   *
   * @throws what the work throws, and when the database does not answer.
   */
  once(what: string, work: () => Promise<unknown>): Promise<void>;
  /**
   * Reads the identity of the chat. It is the same for all processes that serve it, and differs from that of any other
   * chat.
   *
   * @throws when the database does not answer.
   */
  identity(): Promise<string>;
  /** How many processes that serve people have claimed the database. @throws when the database does not answer. */
  serving(): Promise<number>;
  /** The time by the clock of the database, which all processes share. @throws when the database does not answer. */
  now(): Promise<Instant>;
  /**
   * Calls the listener, of whom there is one, whenever the database may be another one from now on, and before the first
   * answer of that one. Nothing that was stored before may be in it. The listener must not throw.
   */
  onReplaced(listener: () => void): void;
  /** Counts that this process shares with others, kept in the database. They may fail, and may be slow. */
  sharedCountsOf(processId: ProcessId): SharedCounts;
  /**
   * Whether the database takes writes and still belongs to this process, alone or together with others.
   *
   * @throws when the database does not answer, or refuses.
   */
  ready(): Promise<boolean>;
  /** Stores noted entries of the access log within a time limit. Called after everybody has left. */
  settle(): Promise<void>;
  /** Disconnects. */
  close(): Promise<void>;
}
