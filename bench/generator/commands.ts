import type { LatencySummary } from './latencies.js';

export interface Member {
  readonly sender: 'user' | 'doctor';
  /** null if the server asks for none. */
  readonly token: string | null;
  /** The index of the server that it connects to, where there are several; the first one when left out. */
  readonly server?: number;
}

/** One consultation's connections: both parties, on as many devices as there are members. */
export interface Room {
  readonly consultationId: string;
  readonly members: readonly Member[];
}

/** A range of rooms by their indexes; the second index is not included. */
export type RoomRange = readonly [number, number];

export type Command =
  /** Opens every member's connection, `concurrency` at a time. With `join`, it also joins its consultation. */
  | {
      readonly type: 'open';
      readonly rooms: readonly Room[];
      readonly join: boolean;
      readonly concurrency: number;
    }
  /** Lets all open connections join that have not joined yet. */
  | { readonly type: 'join'; readonly concurrency: number }
  /**
   * Closed loop. Each sender has one message in flight, and sends the next one when all others in the room have it.
   * With `in turn`, a room has one message in flight, and the next member sends the next one, as in a conversation.
   * It goes on either for `durationMs` after `warmUpMs`, or until each has sent `perSender`.
   */
  | {
      readonly type: 'closed';
      readonly rooms: RoomRange;
      readonly senders: 'all' | 'first of each room' | 'in turn';
      /** Whether each message asks for an acknowledgement. */
      readonly acknowledged: boolean;
      readonly amount:
        | { readonly warmUpMs: number; readonly durationMs: number }
        | { readonly perSender: number };
    }
  /** Fills consultations through the server: the first member of each sends, `inFlight` at a time. */
  | {
      readonly type: 'fill';
      readonly rooms: RoomRange;
      readonly messages: number;
      readonly inFlight: number;
    }
  /** Open loop: `rate` messages a second from all members together, at random moments that follow from `seed`. */
  | {
      readonly type: 'paced';
      readonly rate: number;
      readonly warmUpMs: number;
      readonly durationMs: number;
      readonly seed: number;
    }
  /** Sends one message to each room, one after the other, by the first member, and waits for each acknowledgement. */
  | { readonly type: 'one by one'; readonly rooms: RoomRange }
  /** Cuts every connection. All come back at once, and ask for all messages after the first `after`. */
  | { readonly type: 'reconnect'; readonly after: number }
  | { readonly type: 'close' };

/** CPU time in ms of all processes of the server, and of all processes of PostgreSQL. */
export interface CpuUsage {
  readonly server: number;
  readonly database: number;
  readonly generator: number;
}

export interface Measured {
  readonly seconds: number;
  readonly cpu: CpuUsage;
  /** The server's resident memory at the end, in bytes. */
  readonly serverRss: number;
}

/** Something that took time: when it began, in ms since 1970, and how long it took, in ms. */
export type Span = readonly [at: number, ms: number];

/** A message that takes longer, in ms, is reported singly. */
export const SLOW_MS = 10;
/** A message that the generator sends later than it was due by more than this, in ms, is reported, too. */
export const LATE_MS = 4;

export interface Opened extends Measured {
  readonly connections: number;
  /** The time from the first TCP packet until Socket.IO has said that it is connected, in ms. */
  readonly latency: LatencySummary;
}

export interface Traffic extends Measured {
  /** How many messages reached everybody else in their room within the measured time. */
  readonly messages: number;
  /**
   * The time that these messages took, in ms, from when they were sent (closed loop) or due (open loop) until the
   * last member had them.
   */
  readonly latency: LatencySummary;
  /**
   * Open loop: how much later than due the messages were sent, in ms. This is the generator's own part of the
   * latency.
   */
  readonly lateness: LatencySummary;
  /** The messages that took longer than `SLOW_MS`. */
  readonly slow: readonly Span[];
  /** The messages that the generator sent later than due by more than `LATE_MS`. */
  readonly late: readonly Span[];
  /** How many messages were sent in all, warm-up included. */
  readonly sent: number;
  /** How often messages arrived at members of their rooms, the senders included; warm-up included. */
  readonly delivered: number;
  /** How often messages should have arrived. */
  readonly expected: number;
  readonly acknowledged: number;
  readonly refused: number;
  /** The first refusal, as it came; null when there was none. */
  readonly refusal: string | null;
  /** How many messages arrived twice, or had been sent by nobody. */
  readonly unexpected: number;
  /** How many connections ended by themselves. */
  readonly lost: number;
}

export interface Reconnected extends Measured {
  readonly clients: number;
  /** How many messages all answers held together. */
  readonly messages: number;
  /** The size of all answers together, in bytes. */
  readonly bytes: number;
  /** The time from the moment at which all reconnect until a connection has its messages, in ms. */
  readonly latency: LatencySummary;
}

export interface Results {
  readonly open: Opened;
  readonly join: Opened;
  readonly closed: Traffic;
  readonly fill: Traffic;
  readonly paced: Traffic;
  readonly 'one by one': Traffic;
  readonly reconnect: Reconnected;
  readonly close: null;
}

/** What the generator is told at its start. */
export interface GeneratorSettings {
  /** The port of each process of the server on 127.0.0.1, and its process id. */
  readonly servers: readonly { readonly port: number; readonly pid: number }[];
  /** The process ids of PostgreSQL's postmasters: usually one, and none for the relay. */
  readonly databasePids: readonly number[];
  /** A number from 0 to 999 that makes this generator's message ids differ from those of others. */
  readonly epoch: number;
}

export type ToGenerator =
  | { readonly settings: GeneratorSettings }
  | { readonly id: number; readonly command: Command };
export type FromGenerator =
  | { readonly id: number; readonly result: Results[Command['type']] }
  | { readonly id: number; readonly error: string };
