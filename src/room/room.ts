import type { ChatError, ConnectionState, DoctorAvailability, ReadSeq } from '../client/index.js';
import type { Consultation, Message, Sender } from '../protocol/wire.js';
import type { ConnectionPhase } from './connection-phase.js';
import type { EarlierMessages } from './earlier-messages.js';
import type { FirstLook } from './first-look.js';
import type { RoomNote } from './room-note.js';
import type { TimelineEntry } from './timeline.js';

/** `entering`: the room waits for the server, and for what was missed. `open`: everything is there. */
export type RoomStage = 'entering' | 'open' | 'refused';

/** The state of a room, for a page that shows it. It may be read at any time, and `changed` says when to read it. */
export interface RoomModel {
  readonly consultationId: string;
  /** null for somebody who only looks on. */
  readonly viewer: Sender | null;
  readonly phase: ConnectionPhase;
  readonly connection: ConnectionState;
  /** Whether the last attempt to reach the server has failed. */
  readonly isUnreachable: boolean;
  readonly stage: RoomStage;
  /** Why the server let nobody in; null unless `refused`. */
  readonly refusal: ChatError | null;
  /** Whether the server puts off letting us in. */
  readonly isDelayed: boolean;
  /**
   * Whether what is shown is a first look. The server has not let us in yet, so it is not known who is here and whether
   * the doctor is on duty, and nothing counts as read.
   */
  readonly isFirstLook: boolean;
  /** null before the first answer. */
  readonly consultation: Consultation | null;
  readonly availability: DoctorAvailability;
  /** Epoch ms, by the clock of the server as far as it is known. What is open and what has expired is judged by it. */
  now(): number;
  /** Who is known to be here; nobody while the server cannot be heard. */
  readonly present: ReadonlySet<Sender | null>;
  /** Who is writing, without the viewer. */
  readonly typists: readonly (Sender | null)[];
  readonly readSeq: ReadSeq;
  /** The first message that came while the reader was away or without a connection; null if there is none. */
  readonly newFromSeq: number | null;
  /** Whether the reader was away when it came, and not only without a connection. */
  readonly isNewSinceAway: boolean;
  /** How many messages of the other party have not been on screen. */
  readonly unread: number;
  /** How many of them come before `seq`. */
  unreadBefore(seq: number): number;
  /** How many messages were written here and refused. */
  readonly unsent: number;
  readonly earlier: Pick<EarlierMessages, 'state' | 'hasMore'>;
  entries(dayKey: (at: number) => string): readonly TimelineEntry<RoomNote>[];
  /** Every message that is loaded, in order. */
  messages(): readonly Message[];
  send(content: string): void;
  retry(clientMessageId: string): void;
  withdraw(clientMessageId: string): void;
  typing(isTyping: boolean): void;
  /** Called when these have been on a screen that somebody could see. The messages between them have not. */
  seen(seqs: readonly number[]): void;
  /** Called when other messages may have been on screen elsewhere, as is kept now. */
  learnSeen(): void;
  /** Loads the first message that has not been on screen, and makes it the first of the new ones. */
  findUnread(): Promise<void>;
  /** Called when the reader looks away, or back. */
  lookedAway(isAway: boolean): void;
  loadEarlier(): Promise<void>;
  loadFrom(seq?: number): Promise<boolean>;
  /** Shows this until the server lets us in. Does nothing if it has, or if reading would not begin within it. */
  look(found: FirstLook): void;
  /** Tries again after a refusal. */
  enter(): void;
  close(): void;
}

export interface RoomListener {
  /** Something that is shown may have changed. This is called often, so draw once for many calls. */
  changed(): void;
  /** A message has come while the room was open. Earlier messages are not told, and none is told twice. */
  arrived(message: Message): void;
}
