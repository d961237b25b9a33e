import type { Message } from '../protocol/wire.js';
import type { RoomModel } from '../room/room.js';
import type { RoomContext } from './room-context.js';
import { type RoomState, stateOf } from './room-state.js';

/** How long to wait for what is on the screen, in ms. A page that is drawn knows this much sooner. */
const UNDECIDED_MS = 1_000;

/** Tells the surrounding page what has changed, but never what somebody wrote. */
export interface RoomEvents {
  /** How many messages have not been on the screen; null until they are counted in this room. */
  readonly unread: number | null;
  /** Whether the count waits until it is known which new messages are on the screen. */
  readonly isWaiting: boolean;
  tell(context: RoomContext, isDecided: boolean): void;
  arrived(message: Message): void;
  /** Called when the room is left, so that its count is not taken for that of the next one. */
  leave(): void;
}

/** @param host the element that dispatches the events. */
export function createRoomEvents(host: EventTarget): RoomEvents {
  let told: RoomState = { state: 'connecting', reason: null };
  let toldUnread = 0;
  /** Whether this count belongs to the present room, and not to the one before. */
  let isUnreadTold = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function dispatch(type: string, detail: object): void {
    host.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  function stopWaiting(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  /** Tells the count. A message that is on the screen as soon as it comes is never counted, so a higher count waits for that. */
  function tellUnread({ consultationId, unread, stage }: RoomModel, isDecided: boolean): void {
    if (unread > toldUnread && !isDecided) return;
    const isSame = unread === toldUnread;
    // Other tabs are told which messages were seen after some that were skipped.
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
