import type { ChatClient, ChatError, ConnectionState, ConsultationChannel } from '../client/index.js';
import type { Consultation, Message, Sender } from '../protocol/wire.js';
import { type ConnectionPhase, isMissedAfter, phaseOf, wasOnlineAfter } from './connection-phase.js';
import { noteOfChange, tellKeptNotes, tellNote } from './consultation-notes.js';
import { createEarlierMessages } from './earlier-messages.js';
import type { FirstLook } from './first-look.js';
import { otherSide } from './other-side.js';
import { createOutgoingMessages, type KeptFailures } from './outgoing-messages.js';
import { createPresenceNotes } from './presence-notes.js';
import { createReadMark } from './read-mark.js';
import type { RoomListener, RoomModel, RoomStage } from './room.js';
import type { KeptNotes, RoomNote } from './room-note.js';
import type { KeptSeen } from './seen-messages.js';
import type { ServerClock } from './server-clock.js';
import { createTimeline } from './timeline.js';
import { firstUnreadAfter, unreadBefore } from './unread-messages.js';

/** How many of the newest messages are fetched at first. Unread ones, and those that somebody scrolls to, follow. */
const FIRST_MESSAGES = 60;
/** How many unread messages are fetched to begin where the reader left off. Of more, the newest are shown. */
const MAX_UNREAD_FETCHED = 1_000;
/** More messages than a consultation has, so that whoever scrolls up through all of it sees all of it. */
const MAX_SHOWN_MESSAGES = 50_000;

export interface RoomModelOptions {
  readonly client: ChatClient;
  readonly consultationId: string;
  readonly viewer: Sender | null;
  readonly listener: RoomListener;
  /** Keeps refused messages, what was told of the consultation, and what was seen, longer than this room. */
  readonly kept: KeptFailures & KeptNotes & KeptSeen;
  /** It learns the server's time here. What is known of another room of the same server is known in this one, too. */
  readonly clock: ServerClock;
}

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: what a channel tells, put side by side over one state.
export function createRoomModel(options: RoomModelOptions): RoomModel {
  const { client, consultationId, viewer, listener, kept, clock } = options;
  const { now } = clock;
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
  /** The channel has given to others what is not in this room. */
  const isLate = channel.lastSeq !== null;
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
  let isNewSinceAway = true;
  let isHidden = false;
  /** The last `seq` when the reader looked away or the connection was lost; null while they see what comes. */
  let leftAtSeq: number | null = null;
  /** Whether the reader has looked away since then. Whoever has only lost the connection has not been away. */
  let hasLookedAway = false;
  /** What was here before the store was exchanged for another one, such as an older copy, by `seq`. */
  let hadBefore: ReadonlyMap<number, Message> = new Map();
  let isOpening = false;
  let isFirstLook = false;
  /** The first and the last `seq` of the first look; null without one. */
  let looked: { readonly first: number; readonly last: number } | null = null;
  const mark = createReadMark({ viewer, messages, channel, kept, isOpen: () => stage === 'open' });
  tellKeptNotes(timeline, kept);

  function take(found: readonly Message[]): readonly Message[] {
    for (const message of found) messages.set(message.seq, message);
    outgoing.arrived(found);
    return timeline.addMessages(found);
  }

  const countUnread = (seq: number): number =>
    viewer === null || stage !== 'open' ? 0 : unreadBefore(seq, messages, mark);
  const firstNewAfter = (seq: number): number | null => firstUnreadAfter(seq, messages, mark);

  function learnMark(): void {
    const readElsewhere = mark.learn();
    if (newFromSeq !== null && newFromSeq <= readElsewhere) newFromSeq = firstNewAfter(readElsewhere);
  }

  function noticeAway(): void {
    hasLookedAway = isHidden || (hasLookedAway && leftAtSeq !== null);
    leftAtSeq = isHidden || channel.state.state !== 'live' ? (leftAtSeq ?? channel.lastSeq) : null;
    listener.changed();
  }

  /** Fetches what is unread beyond the newest messages, and remembers where that begins. */
  async function opened(): Promise<void> {
    if (isOpening) return;
    isOpening = true;
    learnMark();
    const head = channel.lastSeq ?? 0;
    const firstShown = Math.max(1, head - FIRST_MESSAGES + 1);
    if (isLate) await earlier.loadFrom(firstShown);
    else earlier.shownFrom(firstShown);
    // This loads what came between the first look and the newest messages, if they do not meet.
    if (looked !== null && looked.last < firstShown - 1) await earlier.loadFrom(looked.last + 1);
    if (looked !== null) earlier.shownFrom(looked.first);
    const from = Math.max(mark.seq + 1, head - MAX_UNREAD_FETCHED);
    if (viewer !== null && head > 0 && from < firstShown) await earlier.loadFrom(from);
    if (viewer !== null) {
      mark.learnSeen();
      newFromSeq = firstNewAfter(mark.seq);
    }
    stage = 'open';
    mark.keep();
    listener.changed();
  }

  /** Begins as `opened` would: at what is unread, or at the end. */
  function look({ consultation: found, messages: newest }: FirstLook): void {
    if (consultation !== null || stage !== 'entering') return;
    const [first, last] = [newest[0]?.seq ?? 1, newest.at(-1)?.seq ?? 0];
    const readSeq = viewer === null ? last : found.readSeq[viewer];
    if (readSeq < first - 1) return;
    isFirstLook = true;
    looked = { first, last };
    consultation = found;
    take(newest);
    if (viewer !== null) {
      mark.look(readSeq);
      newFromSeq = firstNewAfter(mark.seq);
    }
    listener.changed();
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
      if (fresh !== undefined && stage === 'open' && hadBefore.get(fresh.seq)?.sentAt !== fresh.sentAt) {
        mark.learnSeen();
        if (mark.isUnread(fresh) && leftAtSeq !== null && leftAtSeq >= (newFromSeq ?? 0)) {
          newFromSeq = fresh.seq;
          isNewSinceAway = hasLookedAway;
        }
        listener.arrived(fresh);
      }
      listener.changed();
    }),
    channel.onReset(() => {
      timeline.clear();
      kept.keepNotes([]);
      hadBefore = new Map([...hadBefore, ...messages]);
      messages.clear();
      looked = null;
      mark.clear();
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
      // We are just inside, so this resolves at once with the answer, before anything is drawn.
      if (state.state === 'catching_up') void channel.join().then(clock.told);
      if (state.state === 'live' && stage !== 'open') void opened();
      noticeAway();
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
      const note = consultation === null ? null : noteOfChange(consultation, updated);
      if (note !== null) tellNote(timeline, kept, { note, at: now(), afterSeq: channel.lastSeq ?? 0 });
      consultation = updated;
      listener.changed();
    }),
    channel.onTyping(() => listener.changed()),
    channel.onRead(() => {
      learnMark();
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
    now,
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
    get isNewSinceAway() {
      return isNewSinceAway;
    },
    get unread() {
      return countUnread(Number.POSITIVE_INFINITY);
    },
    unreadBefore: countUnread,
    get unsent() {
      return outgoing.failures;
    },
    earlier,
    entries: timeline.entries,
    messages: () => [...messages.values()].sort((a, b) => a.seq - b.seq),
    send(content) {
      newFromSeq = firstNewAfter(mark.seq);
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
      if (mark.seen(seqs)) listener.changed();
    },
    learnSeen() {
      if (stage !== 'open') return;
      mark.learnSeen();
      mark.keep();
      listener.changed();
    },
    async findUnread() {
      await earlier.loadFrom(mark.seq + 1);
      newFromSeq = firstNewAfter(mark.seq);
      listener.changed();
    },
    lookedAway(isAway) {
      isHidden = isAway;
      noticeAway();
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
