/** How much of the server's memory and time one connection, and all connections together, may take. */
export interface ConnectionLimits {
  /** How many requests of one connection may be unanswered, or not answered to the end, at the same time. */
  readonly maxInFlight: number;
  /** How many bytes may wait to be written on one connection while it may still ask for more. */
  readonly maxWaitingBytes: number;
  /** How many bytes may wait to be written on all connections together. */
  readonly maxWaitingBytesInAll: number;
  /** How long an answer may wait while the other side takes nothing of it, in ms. */
  readonly progressMs: number;
  /** How long a connection may have answers waiting without ever having read all of them, in ms. */
  readonly answerMs: number;
  /** How long a connection that has asked for too much at once may wait for the answers to its earlier requests, in ms. */
  readonly overflowMs: number;
  /** How much is still read, and for how long (in ms), of a request that was answered before it was sent to its end. */
  readonly maxReadOnBytes: number;
  readonly readOnMs: number;
  /** How long a connection beyond the limit of its address may take to send a request, in ms. */
  readonly tooManyMs: number;
  /** How often all of this is checked, in ms. */
  readonly sweepMs: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

export const CONNECTION_LIMITS: ConnectionLimits = {
  maxInFlight: 16,
  maxWaitingBytes: MIB,
  maxWaitingBytesInAll: 64 * MIB,
  progressMs: 10_000,
  answerMs: 120_000,
  overflowMs: 250,
  maxReadOnBytes: 64 * MIB,
  readOnMs: 10_000,
  tooManyMs: 2_000,
  sweepMs: 1_000,
};
