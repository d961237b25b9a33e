import type { Sender } from '../../src/protocol/wire.js';

/** Milliseconds on one monotonic clock: that of the process which runs the whole harness. */
export type Moment = number;

/** Deliveries in memory at most; an hour of load stays far below. */
export const MAX_RECORDS = 5_000_000;

/** Nobody can know whether it took effect: no answer, the connection gone, or `server.error`. */
export interface Unknown {
  readonly type: 'unknown';
  readonly reason: string;
}
export interface Refused {
  readonly type: 'refused';
  readonly code: string;
}
export type Outcome<Success> = ({ readonly type: 'ok' } & Success) | Refused | Unknown;

/** A message as somebody saw it: on a device, in an answer of the server, or in the database. */
export interface SeenMessage {
  readonly consultationId: string;
  readonly seq: number;
  readonly messageId: string;
  readonly sender: Sender;
  readonly content: string;
  /** ISO 8601 UTC. */
  readonly sentAt: string;
  readonly clientMessageId: string | null;
}

export interface Device {
  readonly id: string;
  readonly consultationId: string;
  readonly sender: Sender;
  readonly client: 'raw' | 'library' | 'crowd';
  /** What it applies starts behind this `seq`. */
  readonly startsAfter: number;
  /** It stayed to the end, so it must have got everything. */
  readonly stayed: boolean;
}

interface Operation {
  readonly device: string;
  readonly consultationId: string;
  readonly invokedAt: Moment;
  /** When the outcome was known, or waiting for it was given up. */
  readonly settledAt: Moment;
}

/** One attempt at sending. A message that is sent again with its id is another attempt at the same message. */
export interface Send extends Operation {
  readonly sender: Sender;
  /** null where the server is to make one. */
  readonly clientMessageId: string | null;
  readonly content: string;
  readonly outcome: Outcome<{
    readonly messageId: string;
    readonly seq: number;
    readonly sentAt: string;
    /** null where the client does not tell. */
    readonly duplicate: boolean | null;
  }>;
}

export interface Mark extends Operation {
  readonly reader: Sender;
  readonly seq: number;
  readonly outcome: Outcome<{ readonly seq: number }>;
}

/** A join or a page: what the server says of the consultation as a whole. */
export interface Look extends Operation {
  readonly outcome: Outcome<{
    readonly headSeq: number;
    readonly readSeq: Readonly<Record<Sender, number>> | null;
  }>;
}

/** A message on the wire, whether the client needed it or not. */
export interface Delivery {
  readonly device: string;
  /** Counts the connections of the device. */
  readonly connection: number;
  readonly at: Moment;
  readonly via: 'live' | 'page';
  readonly message: SeenMessage;
}

/** A message that a device showed to its person. */
export interface Applied {
  readonly device: string;
  readonly at: Moment;
  readonly message: SeenMessage;
}

/** `messages_read` on the wire. */
export interface ReadNotice {
  readonly device: string;
  readonly connection: number;
  readonly at: Moment;
  readonly consultationId: string;
  readonly reader: Sender;
  readonly seq: number;
}

export interface FaultFired {
  readonly kind: string;
  readonly at: Moment;
  /** Whether the fault was seen to do something: a connection ended, a row was there when the server died. */
  readonly effective: boolean;
  readonly note: string;
}

/** All that happened, in the order of its end. */
export interface History {
  readonly devices: readonly Device[];
  readonly sends: readonly Send[];
  readonly marks: readonly Mark[];
  readonly looks: readonly Look[];
  readonly deliveries: readonly Delivery[];
  readonly applied: readonly Applied[];
  readonly readNotices: readonly ReadNotice[];
  readonly faults: readonly FaultFired[];
}

/** `MessagesRead` in the log. */
export interface ReadEvent {
  readonly consultationId: string;
  readonly version: number;
  readonly reader: Sender;
  readonly seq: number;
}

/** What an inbox shows of one consultation, from its owner's side. */
export interface InboxCounts {
  readonly headSeq: number;
  readonly readSeq: number;
  readonly unread: number;
}

export interface InboxView {
  /** Who watches, and where. */
  readonly watcher: string;
  readonly consultationId: string;
  readonly sender: Sender;
  /** null where it was never shown. */
  readonly counts: InboxCounts | null;
}

/** What is left when everything has come to rest, from three independent readers. */
export interface FinalLog {
  /** By `get_messages` of each process, paged forwards. */
  readonly served: readonly (readonly SeenMessage[])[];
  /** PostgreSQL's table `messages`, in the order of consultation and `seq`. */
  readonly rows: readonly SeenMessage[];
  /** `MessageSent` in PostgreSQL's table `events`, in the order of consultation and version. */
  readonly events: readonly SeenMessage[];
  readonly readEvents: readonly ReadEvent[];
  /** PostgreSQL's table `chats`. */
  readonly readSeq: ReadonlyMap<string, Readonly<Record<Sender, number>>>;
  /** What each connection that watches an inbox shows. */
  readonly inboxes: readonly InboxView[];
}

export interface Recorder {
  now(): Moment;
  device(device: Device): void;
  send(send: Send): void;
  mark(mark: Mark): void;
  look(look: Look): void;
  delivery(delivery: Delivery): void;
  applied(applied: Applied): void;
  readNotice(notice: ReadNotice): void;
  fault(fault: FaultFired): void;
  /** The same message seen by many is kept once: give what comes from the wire through here. */
  intern(message: SeenMessage): SeenMessage;
  history(): History;
}

/** @throws when more than {@link MAX_RECORDS} of a kind are recorded. */
export function createRecorder(): Recorder {
  const history = {
    devices: [] as Device[],
    sends: [] as Send[],
    marks: [] as Mark[],
    looks: [] as Look[],
    deliveries: [] as Delivery[],
    applied: [] as Applied[],
    readNotices: [] as ReadNotice[],
    faults: [] as FaultFired[],
  };
  const interned = new Map<string, SeenMessage>();
  const into =
    <Item>(list: Item[]) =>
    (item: Item): void => {
      if (list.length >= MAX_RECORDS) throw new Error('the history is full: run for a shorter time');
      list.push(item);
    };
  return {
    now: () => performance.now(),
    device: into(history.devices),
    send: into(history.sends),
    mark: into(history.marks),
    look: into(history.looks),
    delivery: into(history.deliveries),
    applied: into(history.applied),
    readNotice: into(history.readNotices),
    fault: into(history.faults),
    intern: (message) => {
      const known = interned.get(message.messageId);
      if (known !== undefined && isSameMessage(known, message)) return known;
      interned.set(message.messageId, message);
      return message;
    },
    history: () => history,
  };
}

/** Byte for byte: JavaScript compares strings by their code units, without normalising them. */
export function isSameMessage(one: SeenMessage, other: SeenMessage): boolean {
  return (
    one.consultationId === other.consultationId &&
    one.seq === other.seq &&
    one.messageId === other.messageId &&
    one.sender === other.sender &&
    one.content === other.content &&
    one.sentAt === other.sentAt &&
    one.clientMessageId === other.clientMessageId
  );
}
