/** What one connection, and all of them together, may keep of the server. */
export interface ConnectionLimits {
  /** Requests of one connection that are not answered to their end. */
  readonly maxInFlight: number;
  /** Bytes that wait to be written on one connection, with which it may still ask for more. */
  readonly maxWaitingBytes: number;
  /** Bytes that wait to be written on all connections. */
  readonly maxWaitingBytesInAll: number;
  /** How long an answer may wait without that its reader takes anything of it, in ms. */
  readonly progressMs: number;
  /** How long a connection may have something to read without that it is ever done, in ms. */
  readonly answerMs: number;
  /** How long a connection that asks for too much at once may wait for what it has asked before, in ms. */
  readonly overflowMs: number;
  /** What is read on, and for how long (in ms), of what is sent though it was answered already. */
  readonly maxReadOnBytes: number;
  readonly readOnMs: number;
  /** How long a connection too many of an address may take to ask for something, in ms. */
  readonly tooManyMs: number;
  /** How often all of that is looked at, in ms. */
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
