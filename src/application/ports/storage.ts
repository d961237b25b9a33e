import type { Peers, ProcessId } from './peers.js';
import type { StoragePorts } from './ports.js';
import type { SharedCounts } from './shared-counts.js';

/** Peers over a link that may be cut. */
export interface LinkedPeers extends Peers {
  /** Whether there is a link now. */
  isUp(): boolean;
}

/** Says that no process serves the database that may not. */
export interface Claim {
  /** Resolves when another process has taken the database over. */
  readonly takenOver: Promise<void>;
}

/**
 * A store as a server starts and stops it, with the ports that the application sees of it. In this order: `claim`, `migrate`,
 * then everything else, then `settle`, `close` and `release`.
 */
export interface Storage extends StoragePorts {
  /** The other processes, where the database carries their news; null otherwise. */
  readonly peers: LinkedPeers | null;
  /**
   * Takes the database for this process, alone or together with its peers.
   *
   * @param signal gives the wait for a predecessor up.
   * @throws Error with one line when another server has it in a way that excludes this one, or it cannot be opened; the
   *   signal's reason.
   */
  claim(signal?: AbortSignal): Promise<Claim>;
  /** Gives it to whoever comes next, who may store at once: the last of all. Does nothing where nothing is claimed. */
  release(): Promise<void>;
  /**
   * Brings the tables up to date, verifies through the connections that will serve what the code relies on, and then begins
   * to hear the peers.
   *
   * @throws Error with one line that says what is not as it has to be.
   */
  migrate(): Promise<void>;
  /**
   * Does work that one of the processes does for all of them, unless another one is at it.
   *
   * @throws what the work throws, and when the database does not answer.
   */
  once(what: string, work: () => Promise<unknown>): Promise<void>;
  /** What all processes that serve this chat find, and those of other chats do not. @throws when the database does not answer. */
  identity(): Promise<string>;
  /** What a process counts together with others in the database. May fail, and take its time. */
  sharedCountsOf(processId: ProcessId): SharedCounts;
  /** Whether the database takes what is written, and is still this process's, alone or shared. @throws when it does not answer, or refuses. */
  ready(): Promise<boolean>;
  /** Stores within a limit what was noted: who has left, when everybody has. */
  settle(): Promise<void>;
  /** Disconnects. */
  close(): Promise<void>;
}
