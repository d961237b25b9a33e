import type { ChatError, ConnectionState, DoctorAvailability, ReadSeq } from '../client/index.js';
import type { Consultation, Message, Sender } from '../protocol/wire.js';
import type { ConnectionPhase } from './connection-phase.js';
import type { EarlierMessages } from './earlier-messages.js';
import type { FirstLook } from './first-look.js';
import type { RoomNote } from './room-note.js';
import type { TimelineEntry } from './timeline.js';

/** - `entering`: waits for the server, and what was missed is coming. `open`: everything is there. */
export type RoomStage = 'entering' | 'open' | 'refused';

/** What a room is, for whoever shows it. Everything may be read at any time; `changed` says when to. */
export interface RoomModel {
  readonly consultationId: string;
  /** null for somebody who only looks on. */
  readonly viewer: Sender | null;
  readonly phase: ConnectionPhase;
  readonly connection: ConnectionState;
  /** Whether the last try to reach the server has failed. */
  readonly isUnreachable: boolean;
  readonly stage: RoomStage;
  /** Why the server let nobody in; null unless `refused`. */
  readonly refusal: ChatError | null;
  /** Whether the server puts off letting us in. */
  readonly isDelayed: boolean;
  /**
   * Whether what is shown is a first look: the server has not let us in yet, so nobody knows who is here and whether the
   * doctor is on duty, and nothing counts as read.
   */
  readonly isFirstLook: boolean;
  /** null before the first answer. */
  readonly consultation: Consultation | null;
  readonly availability: DoctorAvailability;
  /** Who is known to be here; nobody while the server cannot be heard. */
  readonly present: ReadonlySet<Sender | null>;
  /** Who is writing, the viewer left out. */
  readonly typists: readonly (Sender | null)[];
  readonly readSeq: ReadSeq;
  /** The first message that came while the reader was away; null where there is none. */
  readonly newFromSeq: number | null;
  /** Messages of the other party that have not been on screen. */
  readonly unread: number;
  /** Those of them that come before `seq`. */
  unreadBefore(seq: number): number;
  /** Messages that were written here and refused. */
  readonly unsent: number;
  readonly earlier: Pick<EarlierMessages, 'state' | 'hasMore'>;
  entries(dayKey: (at: number) => string): readonly TimelineEntry<RoomNote>[];
  /** Every message that is loaded, in order. */
  messages(): readonly Message[];
  send(content: string): void;
  retry(clientMessageId: string): void;
  withdraw(clientMessageId: string): void;
  typing(isTyping: boolean): void;
  /** These have been on a screen that somebody could see. What lies between them has not. */
  seen(seqs: readonly number[]): void;
  /** Other messages may have been on screen elsewhere, as is kept now. */
  learnSeen(): void;
  /** Loads the first message that has not been on screen, and has it be the first of the new ones. */
  findUnread(): Promise<void>;
  /** The reader looks away, or back. */
  lookedAway(isAway: boolean): void;
  loadEarlier(): Promise<void>;
  loadFrom(seq?: number): Promise<boolean>;
  /** Shows this until the server has let us in; nothing where it has, or where reading would not begin within it. */
  look(found: FirstLook): void;
  /** Tries again after a refusal. */
  enter(): void;
  close(): void;
}

export interface RoomListener {
  /** Something that is shown may have changed. Called often: draw once for many calls. */
  changed(): void;
  /** A message that came while the room was open; not for those of before. */
  arrived(message: Message): void;
}
