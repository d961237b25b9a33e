import type { Message } from '../protocol/wire.js';
import type { RoomModel } from '../room/room.js';
import type { RoomContext } from './room-context.js';
import { type RoomState, stateOf } from './room-state.js';

/** Where a page is drawn, it is known much sooner what is on the screen, ms. */
const UNDECIDED_MS = 1_000;

/** Tells the page around what has changed: never what somebody wrote. */
export interface RoomEvents {
  /** Messages that have not been on screen; null before they have been counted in this room. */
  readonly unread: number | null;
  /** Whether it is waited until it is known whether what is new is on the screen. */
  readonly isWaiting: boolean;
  tell(context: RoomContext, isDecided: boolean): void;
  arrived(message: Message): void;
  /** The room is left: what was told of it is not of the next one. */
  leave(): void;
}

/** @param host the element, whose events these are. */
export function createRoomEvents(host: EventTarget): RoomEvents {
  let told: RoomState = { state: 'connecting', reason: null };
  let toldUnread = 0;
  /** Whether that is the count of this room, and not what was told of the one before. */
  let isUnreadTold = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function dispatch(type: string, detail: object): void {
    host.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  function stopWaiting(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  /** Not of what is seen as soon as it comes: that is known once the screen was looked at. */
  function tellUnread({ consultationId, unread, stage }: RoomModel, isDecided: boolean): void {
    if (unread > toldUnread && !isDecided) return;
    const isSame = unread === toldUnread;
    // Other tabs hear of what was seen behind something that was skipped.
    if (!isSame || timer !== undefined) dispatch('seen', {});
    stopWaiting();
    isUnreadTold = stage === 'open';
    if (isSame) return;
    toldUnread = unread;
    dispatch('unread', { consultationId, count: unread });
  }

  return {
    get unread() {
      return isUnreadTold ? toldUnread : null;
    },
    get isWaiting() {
      return timer !== undefined;
    },
    tell(context, isDecided) {
      const { model } = context;
      const { consultationId } = model;
      const next = stateOf(context, told);
      if (next.state !== told.state || next.reason !== told.reason) {
        told = next;
        dispatch('state', { consultationId, ...next });
      }
      if (model.unread > toldUnread && !isDecided)
        timer ??= setTimeout(() => tellUnread(model, true), UNDECIDED_MS);
      tellUnread(model, isDecided);
    },
    arrived: ({ consultationId, messageId, seq, sender }) =>
      dispatch('message', { consultationId, messageId, seq, sender }),
    leave() {
      isUnreadTold = false;
      stopWaiting();
    },
  };
}
