import type { LatencySummary } from './latencies.js';

export interface Member {
  readonly sender: 'user' | 'doctor';
  /** null: the server asks for none. */
  readonly token: string | null;
  /** Which of several servers it connects to; the first one unless told. */
  readonly server?: number;
}

/** Who is in one consultation: both parties, on as many devices as there are members. */
export interface Room {
  readonly consultationId: string;
  readonly members: readonly Member[];
}

/** Rooms by their index, the second one not included. */
export type RoomRange = readonly [number, number];

export type Command =
  /** Opens every member's connection, `concurrency` at a time; `join`: and lets it join its consultation. */
  | {
      readonly type: 'open';
      readonly rooms: readonly Room[];
      readonly join: boolean;
      readonly concurrency: number;
    }
  /** All that are open and have not joined. */
  | { readonly type: 'join'; readonly concurrency: number }
  /**
   * Closed loop: each sender has one message in flight, and sends the next one when all others in the room have it; those
   * who send `in turn` have one a room, and the next member sends the next one, as in a conversation. Either for `durationMs` after `warmUpMs`, or until each has sent `perSender`.
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
  /** Open loop: `rate` messages a second from everybody, at random moments that follow from `seed`. */
  | {
      readonly type: 'paced';
      readonly rate: number;
      readonly warmUpMs: number;
      readonly durationMs: number;
      readonly seed: number;
    }
  /** One message to each room, one after the other, by the first member, until it is acknowledged. */
  | { readonly type: 'one by one'; readonly rooms: RoomRange }
  /** Everybody's connection is cut and comes back at once, and asks for all messages after the first `after`. */
  | { readonly type: 'reconnect'; readonly after: number }
  | { readonly type: 'close' };

/** CPU time in milliseconds, of all processes of each. */
export interface CpuUsage {
  readonly server: number;
  readonly database: number;
  readonly generator: number;
}

export interface Measured {
  readonly seconds: number;
  readonly cpu: CpuUsage;
  /** In bytes, at the end. */
  readonly serverRss: number;
}

/** Something that took a while: when it began, in ms since 1970, and how long it took, in ms. */
export type Span = readonly [at: number, ms: number];

/** A message that takes longer is told one by one. */
export const SLOW_MS = 10;
/** A generator that sends later than due by more than this is told, too. */
export const LATE_MS = 4;

export interface Opened extends Measured {
  readonly connections: number;
  /** From the first packet of TCP until Socket.IO has said that it is connected, in ms. */
  readonly latency: LatencySummary;
}

export interface Traffic extends Measured {
  /** That everybody else in the room has got, within the measured time. */
  readonly messages: number;
  /** Of those, from when it was sent (closed loop) or due (open loop) until the last one had it, in ms. */
  readonly latency: LatencySummary;
  /** Open loop: how much later than due a message was sent. The generator's own part in the latency, in ms. */
  readonly lateness: LatencySummary;
  /** Of the messages that took longer than `SLOW_MS`. */
  readonly slow: readonly Span[];
  /** When the generator itself was late by more than `LATE_MS`. */
  readonly late: readonly Span[];
  /** In all, warm-up included. */
  readonly sent: number;
  /** To everybody in the rooms, the senders included, warm-up included. */
  readonly delivered: number;
  /** What should have been delivered. */
  readonly expected: number;
  readonly acknowledged: number;
  readonly refused: number;
  /** The first refusal as it came; null when there was none. */
  readonly refusal: string | null;
  /** Messages that came twice, or that nobody had sent. */
  readonly unexpected: number;
  /** Connections that ended by themselves. */
  readonly lost: number;
}

export interface Reconnected extends Measured {
  readonly clients: number;
  /** In all answers. */
  readonly messages: number;
  /** Bytes of the answers. */
  readonly bytes: number;
  /** From the moment at which all reconnect until one has its messages, in ms. */
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

/** What the generator is told when it starts. */
export interface GeneratorSettings {
  /** Of each process of the server, on 127.0.0.1, with its process id. */
  readonly servers: readonly { readonly port: number; readonly pid: number }[];
  /** PostgreSQL's postmasters: one most often, none for the relay. */
  readonly databasePids: readonly number[];
  /** Makes its message ids differ from those of others: 0 to 999. */
  readonly epoch: number;
}

export type ToGenerator =
  | { readonly settings: GeneratorSettings }
  | { readonly id: number; readonly command: Command };
export type FromGenerator =
  | { readonly id: number; readonly result: Results[Command['type']] }
  | { readonly id: number; readonly error: string };
