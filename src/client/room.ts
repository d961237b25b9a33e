import type { JoinConsultationAnswer, Message, Sender, WireError } from '../protocol/wire.js';
import { createRetry } from './backoff.js';
import { isPassing, refusedBy } from './chat-error.js';
import type { Environment } from './environment.js';
import { invariant } from './invariant.js';
import { PAGE_MESSAGES } from './limits.js';
import { type From, startOf, startWithin } from './reading-start.js';
import { isInside, isNews, isWanted, type RoomState } from './room-state.js';
import type { Sequencer } from './sequencer.js';
import type { Transport } from './transport.js';

export type Joined = Omit<JoinConsultationAnswer, 'messages'>;

/**
 * Called with everything that happens in a room. Any of its methods may call the room in turn, to leave or to close
 * it.
 */
export interface RoomListener {
  stateChanged(state: RoomState): void;
  /** Called once we are inside. `isOtherHistory` tells that the server has lost messages that were read from it before. */
  joined(joined: Joined, isOtherHistory: boolean): void;
  /** Called with every message that arrives, in whatever order, and perhaps again. */
  arrived(messages: readonly Message[]): void;
  /** Called with each message once, in the order of `seq`. */
  deliver(messages: readonly Message[]): void;
}

export interface RoomDependencies {
  readonly consultationId: string;
  readonly sender: Sender | null;
  readonly from: From;
  readonly transport: Transport;
  readonly sequencer: Sequencer<Message>;
  readonly environment: Environment;
  readonly listener: RoomListener;
}

/**
 * Keeps us in the room of a consultation: enters it, enters it again after each loss of the connection, and fetches
 * missing messages.
 */
export interface Room {
  state(): RoomState;
  join(): void;
  leave(): void;
  connected(): void;
  connectionLost(): void;
  newMessage(message: Message): void;
  head(seq: number): void;
  close(): void;
}

// Split in two, entering and filling gaps, it would cost twice the bytes that the bundle's limit leaves.
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: ten short steps over one state.
export function createRoom(dependencies: RoomDependencies): Room {
  const { consultationId, sender, from, transport, sequencer, listener } = dependencies;
  const retry = createRetry(dependencies.environment);
  let state: RoomState = { state: 'left' };
  /** Rises whenever the answers to earlier questions no longer count. */
  let epoch = 0;
  let isFilling = false;
  /**
   * How many messages are asked for at once until all have arrived. It is halved each time when a connection proves too
   * slow.
   */
  let pageSize = PAGE_MESSAGES;
  /** The message that was given out last. */
  let last: Message | undefined;

  function change(next: RoomState): void {
    if (state.state === 'closed') return;
    const isNew = isNews(state, next);
    state = next;
    if (isNew) listener.stateChanged(next);
  }

  function forgetAnswers(): void {
    epoch += 1;
    isFilling = false;
  }

  function stop(next: RoomState): void {
    forgetAnswers();
    retry.cancel();
    retry.reset();
    change(next);
  }

  async function enter(): Promise<void> {
    forgetAnswers();
    const mine = epoch;
    const after = sequencer.position() ?? startOf(from) ?? undefined;
    const answer = await transport.request('join_consultation', {
      consultationId,
      // If a page was too much for the connection, the missed messages are fetched in smaller pages.
      after: pageSize < PAGE_MESSAGES ? undefined : after,
      // Messages may have been lost since, and others have their numbers.
      last: last && { seq: last.seq, messageId: last.messageId },
      sender,
    });
    if (answer === undefined && after !== undefined) askForLess();
    if (mine !== epoch || answer === undefined) return;
    if (!answer.ok) return putOffOrRefused(answer.error);
    retry.reset();
    entered(answer, after);
  }

  function putOffOrRefused(refusal: WireError): void {
    if (isPassing(refusal)) {
      retry.later(() => void (transport.isUp() && enter()), refusal.retryAfterMs);
      change({ state: 'joining', error: refusedBy(refusal) });
    } else refused(refusal);
  }

  function entered({ messages, ...joined }: JoinConsultationAnswer, after = 0): void {
    const mine = epoch;
    const isOtherHistory = joined.otherHistory ?? after > joined.headSeq;
    if (isOtherHistory) sequencer.restart();
    listener.joined(joined, isOtherHistory);
    // A listener may leave or close the room at any call.
    if (mine === epoch) change({ state: 'catching_up' });
    if (mine !== epoch) return;
    if (sequencer.position() === null) listener.deliver(sequencer.start(startWithin(joined.headSeq, from)));
    sequencer.learnHead(joined.headSeq);
    take(messages);
    void fill();
  }

  function take(messages: readonly Message[]): void {
    listener.arrived(messages);
    const before = sequencer.position() ?? 0;
    const next = sequencer.offer(messages);
    // Pairs with the sequencer's own checks: as many messages are given out as its position has moved.
    /* @__PURE__ */ invariant(() => next.length === (sequencer.position() ?? 0) - before, 'out of order');
    last = next.at(-1) ?? last;
    listener.deliver(next);
  }

  /** Fetches page by page, until nothing is missing. */
  async function fill(): Promise<void> {
    if (isFilling || !isInside(state) || retry.isWaiting()) return;
    isFilling = true;
    const mine = epoch;
    while (sequencer.isMissing()) {
      const isFurther = await fetchPage(mine);
      if (mine !== epoch) return;
      if (!isFurther) {
        isFilling = false;
        return;
      }
    }
    isFilling = false;
    pageSize = PAGE_MESSAGES;
    change({ state: 'live' });
  }

  /** @returns whether there was any progress. If not, the page is asked for again later. */
  async function fetchPage(mine: number): Promise<boolean> {
    const after = sequencer.position() ?? 0;
    const answer = await transport.request('get_messages', { consultationId, after, limit: pageSize });
    if (answer === undefined) askForLess();
    if (mine !== epoch || answer === undefined) return false;
    if (!answer.ok) return pageFailed(answer.error);
    sequencer.learnHead(answer.headSeq);
    take(answer.messages);
    if (mine !== epoch) return false;
    if (sequencer.position() === after) return pageFailed();
    retry.reset();
    return true;
  }

  function pageFailed(refusal?: WireError): false {
    if (refusal === undefined || isPassing(refusal)) retry.later(() => void fill(), refusal?.retryAfterMs);
    else refused(refusal);
    return false;
  }

  function refused(refusal: WireError): void {
    stop({ state: 'refused', error: refusedBy(refusal) });
  }

  /** Asks for smaller pages, because a page was lost with its connection, which may have been too slow for it. */
  function askForLess(): void {
    pageSize = Math.max(1, Math.floor(pageSize / 2));
  }

  return {
    state: () => state,
    join: () => {
      if (isWanted(state) || state.state === 'closed') return;
      change({ state: 'joining' });
      if (transport.isUp()) void enter();
    },
    leave: () => {
      if (!isWanted(state)) return;
      stop({ state: 'left' });
      if (transport.isUp()) void transport.request('leave_consultation', { consultationId });
    },
    connected: () => {
      if (isWanted(state)) void enter();
    },
    connectionLost: () => {
      if (isWanted(state)) stop({ state: 'joining' });
    },
    newMessage: (message) => {
      // A message that arrives late, after leaving, is fetched when the room is entered again.
      if (!isWanted(state)) return;
      take([message]);
      if (sequencer.isMissing()) void fill();
    },
    head: (seq) => {
      sequencer.learnHead(seq);
      if (sequencer.isMissing()) void fill();
    },
    close: () => stop({ state: 'closed' }),
  };
}
