import type {
  ChatClient,
  ChatError,
  ConnectionState,
  ConsultationChannel,
  DoctorAvailability,
  ReadSeq,
} from '../client/index.js';
import type { Consultation, Message, Sender } from '../protocol/wire.js';
import { type ConnectionPhase, isMissedAfter, phaseOf, wasOnlineAfter } from './connection-phase.js';
import { createEarlierMessages, type EarlierMessages } from './earlier-messages.js';
import type { FirstLook } from './first-look.js';
import { otherSide } from './other-side.js';
import { createOutgoingMessages, type KeptFailures } from './outgoing-messages.js';
import { createPresenceNotes } from './presence-notes.js';
import type { KeptNotes, RoomNote } from './room-note.js';
import { createSeenMessages, type KeptSeen } from './seen-messages.js';
import { createTimeline, type TimelineEntry } from './timeline.js';

/** Newest messages that are fetched at once; what was not read yet, and what somebody scrolls up to, follows. */
const FIRST_MESSAGES = 60;
/** Unread messages that are fetched to begin where the reader left off; of more than that the newest are shown. */
const MAX_UNREAD_FETCHED = 1_000;
/** What was told of the consultation and outlives the room. */
const MAX_KEPT_NOTES = 20;
/** More messages than a consultation has: whoever scrolls up through all of it sees all of it. */
const MAX_SHOWN_MESSAGES = 50_000;

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

export interface RoomModelOptions {
  readonly client: ChatClient;
  readonly consultationId: string;
  readonly viewer: Sender | null;
  readonly listener: RoomListener;
  /** Where refused messages, what was told of the consultation, and what was seen, outlive this room. */
  readonly kept: KeptFailures & KeptNotes & KeptSeen;
  /** Epoch ms. */
  readonly now: () => number;
}

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: what a channel tells, put side by side over one state.
export function createRoomModel(options: RoomModelOptions): RoomModel {
  const { client, consultationId, viewer, listener, kept, now } = options;
  const timeline = createTimeline<RoomNote>(MAX_SHOWN_MESSAGES);
  const messages = new Map<number, Message>();
  const presenceNotes = createPresenceNotes(timeline);
  const outgoing = createOutgoingMessages(
    {
      outgoingChanged: (one) => {
        timeline.setOutgoing(one);
        listener.changed();
      },
      outgoingGone: (clientMessageId) => {
        timeline.removeOutgoing(clientMessageId);
        listener.changed();
      },
    },
    now,
    kept,
  );
  const channel: ConsultationChannel = client.consultation(consultationId, {
    ...(viewer === null ? {} : { sender: viewer }),
    from: { last: FIRST_MESSAGES },
  });
  const earlier = createEarlierMessages({
    channel,
    arrived: (found) => take(found),
    changed: listener.changed,
  });

  let wasOnline = false;
  let isUnreachable = false;
  let phase: ConnectionPhase = 'connecting';
  let stage: RoomStage = 'entering';
  let refusal: ChatError | null = null;
  let consultation: Consultation | null = channel.consultation;
  let newFromSeq: number | null = null;
  /** Up to where everything has been on screen, the server's mark and what was seen here. */
  let seenSeq = 0;
  const seen = createSeenMessages(messages, kept);
  /** The last `seq` when the reader looked away; null while they look. */
  let leftAtSeq: number | null = null;
  let isOpening = false;
  let isFirstLook = false;
  /** The first and the last `seq` of the first look; null without one. */
  let looked: { readonly first: number; readonly last: number } | null = null;

  function take(found: readonly Message[]): readonly Message[] {
    for (const message of found) messages.set(message.seq, message);
    outgoing.arrived(found);
    return timeline.addMessages(found);
  }

  const isForReader = ({ sender, seq }: Message): boolean =>
    sender !== viewer && seq > seenSeq && !seen.has(seq);

  function unreadBefore(seq: number): number {
    if (viewer === null || stage !== 'open') return 0;
    let count = 0;
    for (const message of messages.values()) if (message.seq < seq && isForReader(message)) count += 1;
    return count;
  }

  /** The first message behind `seq` that the reader has not seen. */
  function firstNewAfter(seq: number): number | null {
    let first: number | null = null;
    for (const message of messages.values())
      if (message.seq > seq && isForReader(message) && (first === null || message.seq < first))
        first = message.seq;
    return first;
  }

  /** As far as nothing was skipped; one's own messages need not be seen. */
  function moveMark(): void {
    const before = seenSeq;
    for (let seq = seenSeq + 1, next = messages.get(seq); next !== undefined; next = messages.get(++seq)) {
      if (next.sender === viewer) continue;
      if (!seen.has(seq)) break;
      seenSeq = seq;
    }
    if (seenSeq > before) channel.markRead(seenSeq);
  }

  /** Not before everything is loaded that it may be about. */
  function keepSeen(): void {
    if (stage === 'open') seen.keep();
  }

  function learnMarks(): void {
    const mark = viewer === null ? 0 : channel.readSeq[viewer];
    seen.forget(mark);
    keepSeen();
    if (mark <= seenSeq) return;
    seenSeq = mark;
    moveMark();
    // It was read elsewhere, such as in another window.
    if (newFromSeq !== null && newFromSeq <= mark) newFromSeq = firstNewAfter(mark);
  }

  function learnSeen(): void {
    seen.learn();
    moveMark();
  }

  /** Fetches what is unread beyond the newest messages, and remembers where that begins. */
  async function opened(): Promise<void> {
    if (isOpening) return;
    isOpening = true;
    learnMarks();
    const head = channel.lastSeq ?? 0;
    const firstShown = Math.max(1, head - FIRST_MESSAGES + 1);
    earlier.shownFrom(firstShown);
    // What came between the first look and the newest messages, if they do not meet.
    if (looked !== null && looked.last < firstShown - 1) await earlier.loadFrom(looked.last + 1);
    if (looked !== null) earlier.shownFrom(looked.first);
    const from = Math.max(seenSeq + 1, head - MAX_UNREAD_FETCHED);
    if (viewer !== null && head > 0 && from < firstShown) await earlier.loadFrom(from);
    if (viewer !== null) {
      learnSeen();
      newFromSeq = firstNewAfter(seenSeq);
    }
    stage = 'open';
    keepSeen();
    listener.changed();
  }

  /** As `opened` would begin: at what is unread, or at the end. */
  function look({ consultation: found, messages: newest }: FirstLook): void {
    if (consultation !== null || stage !== 'entering') return;
    const [first, last] = [newest[0]?.seq ?? 1, newest.at(-1)?.seq ?? 0];
    const mark = viewer === null ? last : found.readSeq[viewer];
    if (mark < first - 1) return;
    isFirstLook = true;
    looked = { first, last };
    consultation = found;
    take(newest);
    if (viewer !== null) {
      seenSeq = Math.max(seenSeq, mark);
      seen.learn();
      newFromSeq = firstNewAfter(seenSeq);
    }
    listener.changed();
  }

  /** What happened to the consultation is told after a reload, too; comings and goings are not. */
  function tellChange(note: RoomNote): void {
    const one = { note, at: now(), afterSeq: channel.lastSeq ?? 0 };
    timeline.addNote(note, one.at, one.afterSeq);
    kept.keepNotes([...kept.notes(), one].slice(-MAX_KEPT_NOTES));
  }
  for (const { note, at, afterSeq } of kept.notes()) timeline.addNote(note, at, afterSeq);

  function noteChange(before: Consultation | null, after: Consultation): void {
    if (before === null) return;
    if (before.status !== after.status) {
      const kinds = { open: 'reopened', ended: 'ended', expired: 'ran-out' } as const;
      tellChange({ kind: kinds[after.status] });
    } else if (before.expiresAt !== after.expiresAt)
      tellChange({ kind: 'open-until', until: Date.parse(after.expiresAt) });
  }

  const nameOf = (sender: Sender | null): string | null =>
    sender === null ? null : (consultation?.[sender].name ?? null);

  const connectionChanged = (state: ConnectionState): void => {
    wasOnline = wasOnlineAfter(state, wasOnline);
    isUnreachable = isMissedAfter(state, isUnreachable);
    phase = phaseOf(state, wasOnline) ?? 'offline';
    listener.changed();
  };
  connectionChanged(client.state);

  const ends = [
    client.onState(connectionChanged),
    channel.onMessage((message) => {
      const [fresh] = take([message]);
      if (fresh !== undefined && stage === 'open') {
        learnSeen();
        if (isForReader(fresh) && leftAtSeq !== null) newFromSeq ??= fresh.seq;
        listener.arrived(fresh);
      }
      listener.changed();
    }),
    channel.onReset(() => {
      timeline.clear();
      kept.keepNotes([]);
      messages.clear();
      looked = null;
      seenSeq = 0;
      seen.clear();
      newFromSeq = null;
      outgoing.showUnsettled(channel);
    }),
    channel.onState((state) => {
      consultation = channel.consultation ?? consultation;
      isFirstLook &&= channel.consultation === null && state.state !== 'refused';
      if (state.state === 'refused') {
        stage = 'refused';
        refusal = state.error;
      } else refusal = null;
      if (state.state === 'live' && stage !== 'open') void opened();
      listener.changed();
    }),
    channel.onOutbox(
      (message) => viewer !== null && outgoing.changed({ consultationId, sender: viewer }, message),
    ),
    channel.onPresence((_present, change) => {
      if (change !== null && change.sender !== viewer) {
        const { sender, userId, at } = change;
        presenceNotes.note({
          who: `${sender} ${userId}`,
          name: nameOf(sender),
          isHere: change.change === 'joined',
          at: Date.parse(at),
        });
      }
      listener.changed();
    }),
    channel.onDoctor(() => listener.changed()),
    channel.onUpdated((updated) => {
      noteChange(consultation, updated);
      consultation = updated;
      listener.changed();
    }),
    channel.onTyping(() => listener.changed()),
    channel.onRead(() => {
      learnMarks();
      listener.changed();
    }),
  ];
  outgoing.showUnsettled(channel);
  if (channel.state.state === 'live') void opened();

  const isHeard = (): boolean => client.state.state === 'online' && isInside(channel);

  return {
    consultationId,
    viewer,
    get phase() {
      return phase;
    },
    get connection() {
      return client.state;
    },
    get isUnreachable() {
      return isUnreachable;
    },
    get stage() {
      return stage;
    },
    get refusal() {
      return refusal;
    },
    get isDelayed() {
      return channel.state.state === 'joining' && channel.state.error !== undefined;
    },
    get isFirstLook() {
      return isFirstLook;
    },
    get consultation() {
      return consultation;
    },
    get availability() {
      return channel.doctor;
    },
    get present() {
      return new Set(isHeard() ? channel.present.map(({ sender }) => sender) : []);
    },
    get typists() {
      return isHeard() ? channel.typists.map(({ sender }) => sender).filter((one) => one !== viewer) : [];
    },
    get readSeq() {
      return isFirstLook && consultation !== null ? consultation.readSeq : channel.readSeq;
    },
    get newFromSeq() {
      return newFromSeq;
    },
    get unread() {
      return unreadBefore(Number.POSITIVE_INFINITY);
    },
    unreadBefore,
    get unsent() {
      return outgoing.failures;
    },
    earlier,
    entries: timeline.entries,
    messages: () => [...messages.values()].sort((a, b) => a.seq - b.seq),
    send(content) {
      newFromSeq = firstNewAfter(seenSeq);
      outgoing.submit(channel, content);
    },
    retry: (clientMessageId) => outgoing.retry(channel, clientMessageId),
    withdraw(clientMessageId) {
      outgoing.withdraw(clientMessageId);
      timeline.removeOutgoing(clientMessageId);
      listener.changed();
    },
    typing: channel.typing,
    seen(seqs) {
      const fresh = seqs.filter((seq) => seq > seenSeq && !seen.has(seq));
      if (viewer === null || fresh.length === 0) return;
      for (const seq of fresh) seen.add(seq);
      moveMark();
      keepSeen();
      listener.changed();
    },
    learnSeen() {
      if (stage !== 'open') return;
      learnSeen();
      keepSeen();
      listener.changed();
    },
    async findUnread() {
      await earlier.loadFrom(seenSeq + 1);
      newFromSeq = firstNewAfter(seenSeq);
      listener.changed();
    },
    lookedAway(isAway) {
      if (isAway) leftAtSeq ??= channel.lastSeq;
      else if (leftAtSeq !== null) {
        newFromSeq = firstNewAfter(Math.max(leftAtSeq, seenSeq)) ?? newFromSeq;
        leftAtSeq = null;
      }
      listener.changed();
    },
    loadEarlier: earlier.load,
    loadFrom: earlier.loadFrom,
    look,
    enter() {
      stage = stage === 'refused' ? 'entering' : stage;
      void channel.join().catch(() => undefined);
      listener.changed();
    },
    close() {
      for (const end of ends) end();
      channel.close();
    },
  };
}

function isInside({ state }: ConsultationChannel): boolean {
  return state.state === 'live' || state.state === 'catching_up';
}

/** Whom the viewer talks with. */
export function partnerOf(viewer: Sender | null): Sender {
  return otherSide(viewer ?? 'user');
}
