import type { RoomModel } from '../room/room.js';
import type { ReadingPlace } from './kept.js';
import { createReadWatcher } from './read-watcher.js';
import type { RoomHost } from './room-host.js';
import type { RoomSession } from './room-session.js';
import { createScrollKeeper, type ScrollKeeper } from './scroll-keeper.js';

/** Finds the reader's place when a room opens, holds it through each drawing, and keeps it for the tab. */
export interface Reader {
  /** Whether it is known which of the drawn messages are on the screen. */
  readonly isDecided: boolean;
  /** Notes where the reader is. @returns the `seq` of the first message on the screen; infinity at the end. */
  look(): number;
  /** Called before each drawing. */
  before(): void;
  /** Called after each drawing. Keeps the list where the reader has it, and counts what is on the screen as read. */
  after(): void;
  keepPlace(): void;
  toEnd(): void;
  show(target: Element): void;
  close(): void;
}

/** @param seen called when messages have been on the screen, perhaps for the first time. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: what a reader's place depends on, put side by side over one state.
export function createReader(session: RoomSession, host: RoomHost, seen: () => void): Reader {
  const root = host.renderRoot;
  let scroll: ScrollKeeper | null = null;
  let isPlaced = false;
  /** Whether that place was reached. Nobody reads the messages that pass over the screen on the way there. */
  let isFound = false;
  /** Whether the reader has come near the first message, so that earlier ones are loaded as soon as that is possible. */
  let isNearStart = false;
  /** Whether the reader was at the end at the last drawing. */
  let wasAtEnd = true;
  const watcher = createReadWatcher((seqs) => {
    session.model.seen(seqs);
    seen();
  });

  function forgetScroll(): void {
    scroll?.close();
    scroll = null;
    isPlaced = false;
    isFound = false;
    isNearStart = false;
  }

  function watch(): void {
    const { stage, viewer, readSeq } = session.model;
    if (scroll !== null && isFound && stage === 'open' && viewer !== null)
      watcher.watch(scroll.stream, readSeq[viewer]);
  }

  function loadEarlier(): void {
    const { model } = session;
    if (!isNearStart || model.stage !== 'open' || model.earlier.state !== 'idle') return;
    isNearStart = false;
    void model.loadEarlier();
  }

  function keepPlace(): void {
    const place = isPlaced && scroll?.place();
    if (place) session.kept.keepPlace(place);
  }

  function moved(): void {
    if (scroll === null || !isPlaced) return;
    keepPlace();
    if (wasAtEnd !== scroll.follows || session.model.unread > 0) host.requestUpdate();
  }

  /** Moves to the first new message, or else to the end. */
  function placeAtNews(mine: ScrollKeeper, before: ReadingPlace | null): void {
    const firstNew =
      before === null ? '[data-new]' : `[data-seq="${firstNewBehind(before.seq, session.model)}"]`;
    const target = root.querySelector(firstNew);
    mine.toEnd();
    if (target !== null) mine.show(target);
  }

  async function placeAt(mine: ScrollKeeper, seq: number, offset: number): Promise<void> {
    const { model } = session;
    if (!model.isFirstLook) await model.loadFrom(seq);
    await host.updateComplete;
    const target = root.querySelector(`[data-seq="${seq}"]`);
    if (mine === scroll && target !== null) mine.show(target, offset, true);
  }

  /** Moves to where the reader was before a reload, or else to the first new message or the end. */
  async function place(mine: ScrollKeeper): Promise<void> {
    isPlaced = true;
    const before = session.kept.place();
    if (before?.offset == null) placeAtNews(mine, before);
    else await placeAt(mine, before.seq, before.offset);
    if (mine !== scroll) return;
    isFound = true;
    watch();
  }

  return {
    get isDecided() {
      return isFound && !watcher.isUndecided;
    },
    look() {
      wasAtEnd = scroll?.follows ?? true;
      return wasAtEnd ? Number.POSITIVE_INFINITY : (scroll?.place()?.seq ?? 0);
    },
    before: () => scroll?.before(root.querySelector(`[data-seq="${session.model.newFromSeq}"]`) !== null),
    after() {
      const stream = root.querySelector<HTMLElement>('.stream');
      if (stream === null) return forgetScroll();
      scroll ??= createScrollKeeper(stream, stream.firstElementChild as HTMLElement, {
        moved,
        nearStart() {
          isNearStart = isPlaced;
          loadEarlier();
        },
      });
      const { stage, isFirstLook } = session.model;
      if (isPlaced) scroll.after();
      else if (stage === 'open' || isFirstLook) void place(scroll);
      loadEarlier();
      watch();
    },
    keepPlace,
    toEnd: () => scroll?.toEnd(),
    show: (target) => scroll?.show(target),
    close() {
      watcher.close();
      forgetScroll();
    },
  };
}

/** Returns the first unread message of the other party after this one. */
function firstNewBehind(seq: number, { viewer, readSeq, messages }: RoomModel): number | undefined {
  const read = Math.max(seq, readSeq[viewer ?? 'user']);
  return messages().find((message) => message.seq > read && message.sender !== viewer)?.seq;
}
