import type { JoinConsultationAnswer, Message, Sender, WireError } from '../protocol/wire.js';
import type { Retry } from './backoff.js';
import { type ChatError, isPassing, refusedBy } from './chat-error.js';
import { PAGE_MESSAGES } from './limits.js';
import type { Sequencer } from './sequencer.js';
import type { Transport } from './transport.js';

/** Where reading begins: with the first message, with the next one, behind a `seq`, or with the newest so many. */
export type From = 'start' | 'now' | number | { readonly last: number };

/**
 * - `joining`: waits for the connection or for the answer. With an `error` the server put it off, and it is tried again.
 * - `catching_up`: inside; what was missed is being fetched. `live`: inside and up to date.
 * - `left`: not inside, and not trying to be. `refused`: the server definitely said no.
 */
export type RoomState =
  | { readonly state: 'joining'; readonly error?: ChatError }
  | { readonly state: 'catching_up' }
  | { readonly state: 'live' }
  | { readonly state: 'left' }
  | { readonly state: 'refused'; readonly error: ChatError }
  | { readonly state: 'closed' };

export type Joined = Omit<JoinConsultationAnswer, 'messages'>;

export interface RoomDependencies {
  readonly consultationId: string;
  readonly sender: Sender | null;
  readonly from: From;
  readonly transport: Transport;
  readonly sequencer: Sequencer<Message>;
  readonly retry: Retry;
  readonly stateChanged: (state: RoomState) => void;
  /** Inside. `isOtherHistory`: the server holds fewer messages than were read from it before. */
  readonly joined: (joined: Joined, isOtherHistory: boolean) => void;
  /** Every message that arrives, in whatever order, and perhaps again. */
  readonly arrived: (messages: readonly Message[]) => void;
  /** Each message once, in the order of `seq`. */
  readonly deliver: (messages: readonly Message[]) => void;
}

/** Being in the room of a consultation: enters, enters again after each loss, and fetches what is missing. */
export interface Room {
  state(): RoomState;
  isInside(): boolean;
  join(): void;
  leave(): void;
  connected(): void;
  connectionLost(): void;
  newMessage(message: Message): void;
  head(seq: number): void;
  close(): void;
}

export function createRoom(dependencies: RoomDependencies): Room {
  const { consultationId, sender, transport, sequencer, retry } = dependencies;
  let state: RoomState = { state: 'left' };
  let isFilling = false;
  /** Messages to ask for at once until all have come; the slower the line has shown itself to be, the fewer. */
  let pageSize = PAGE_MESSAGES;
  /** Rises whenever answers to what was asked before no longer count. */
  let epoch = 0;

  const isWanted = (): boolean =>
    state.state !== 'left' && state.state !== 'refused' && state.state !== 'closed';
  const isInside = (): boolean => state.state === 'catching_up' || state.state === 'live';

  function change(next: RoomState): void {
    if (state.state === 'closed') return;
    const isSame = state.state === next.state && !('error' in next) && !('error' in state);
    state = next;
    if (!isSame) dependencies.stateChanged(next);
  }

  function stop(next: RoomState): void {
    epoch += 1;
    isFilling = false;
    retry.cancel();
    retry.reset();
    change(next);
  }

  function askToEnter(after: number | null) {
    return transport.request('join_consultation', {
      consultationId,
      ...(after === null ? {} : { after }),
      ...(sender === null ? {} : { sender }),
    });
  }

  async function enter(): Promise<void> {
    epoch += 1;
    isFilling = false;
    const mine = epoch;
    const after = sequencer.position() ?? firstAfter(dependencies.from);
    // Where a page was too much for the line, what was missed comes by smaller ones.
    const answer = await askToEnter(pageSize < PAGE_MESSAGES ? null : after);
    if (answer === undefined && after !== null) askForLess();
    if (mine !== epoch || answer === undefined) return;
    if (!answer.ok) return turnedAway(answer.error);
    retry.reset();
    await wentIn(answer, after);
  }

  async function wentIn(
    { messages, ...joined }: JoinConsultationAnswer,
    after: number | null,
  ): Promise<void> {
    const mine = epoch;
    const isOtherHistory = after !== null && joined.headSeq < after;
    if (isOtherHistory) sequencer.restart();
    dependencies.joined(joined, isOtherHistory);
    // Listeners may leave, and close, at any word.
    if (mine === epoch) change({ state: 'catching_up' });
    if (mine !== epoch) return;
    if (sequencer.position() === null) dependencies.deliver(sequencer.start(after ?? newest(joined.headSeq)));
    sequencer.learnHead(joined.headSeq);
    take(messages);
    await fill();
  }

  function turnedAway(refusal: WireError): void {
    const error = refusedBy(refusal);
    if (!isPassing(error)) {
      stop({ state: 'refused', error });
      return;
    }
    retry.later(() => void (transport.isUp() && enter()), refusal.retryAfterMs);
    change({ state: 'joining', error });
  }

  function newest(headSeq: number): number {
    const { from } = dependencies;
    return Math.max(0, headSeq - (typeof from === 'object' ? from.last : 0));
  }

  function take(messages: readonly Message[]): void {
    dependencies.arrived(messages);
    dependencies.deliver(sequencer.offer(messages));
  }

  /** Page by page, until nothing is missing. */
  async function fill(): Promise<void> {
    if (isFilling || !isInside() || retry.isWaiting()) return;
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

  /** @returns whether there was any progress; where there was none, it is asked for again later. */
  async function fetchPage(mine: number): Promise<boolean> {
    const after = sequencer.position() ?? 0;
    const answer = await transport.request('get_messages', { consultationId, after, limit: pageSize });
    if (answer === undefined) askForLess();
    if (mine !== epoch || answer === undefined) return false;
    if (!answer.ok) return pageRefused(answer.error);
    sequencer.learnHead(answer.headSeq);
    take(answer.messages);
    if (mine !== epoch) return false;
    if (sequencer.position() === after) return pageRefused();
    retry.reset();
    return true;
  }

  /** The line went down while a page was on its way. It may have been the page. */
  function askForLess(): void {
    pageSize = Math.max(1, Math.floor(pageSize / 2));
  }

  function pageRefused(refusal?: WireError): false {
    if (refusal === undefined || isPassing(refusal)) retry.later(() => void fill(), refusal?.retryAfterMs);
    else stop({ state: 'refused', error: refusedBy(refusal) });
    return false;
  }

  return {
    state: () => state,
    isInside,
    join: () => {
      if (isWanted() || state.state === 'closed') return;
      change({ state: 'joining' });
      if (transport.isUp()) void enter();
    },
    leave: () => {
      if (!isWanted()) return;
      stop({ state: 'left' });
      if (transport.isUp()) void transport.request('leave_consultation', { consultationId });
    },
    connected: () => {
      if (isWanted()) void enter();
    },
    connectionLost: () => {
      if (isWanted()) stop({ state: 'joining' });
    },
    newMessage: (message) => {
      // What comes late, after leaving, is fetched on return.
      if (!isWanted()) return;
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

function firstAfter(from: From): number | null {
  if (from === 'start') return 0;
  return typeof from === 'number' ? from : null;
}
