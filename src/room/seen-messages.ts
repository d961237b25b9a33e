import type { InboxItem, Message } from '../protocol/wire.js';

/**
 * Messages of the other party that have been on screen: those of each `seq` from the first to the last. `sentAt` is of
 * the last one, and tells it from a message of the same `seq` in another store, as after a restart with an empty one.
 */
export type SeenStretch = readonly [first: number, last: number, sentAt: string];

/** Keeps what was seen longer than the room. It holds no content and no names. */
export interface KeptSeen {
  seen(): readonly SeenStretch[];
  keepSeen(stretches: readonly SeenStretch[]): void;
}

/** What has been on screen unknown to the server, whose mark says "up to" and so waits for what was skipped. */
export interface SeenMessages {
  has(seq: number): boolean;
  add(seq: number): void;
  /** Called when the server knows of everything up to this `seq`. */
  forget(upTo: number): void;
  /** Takes in what an earlier room or another tab has kept, as far as the messages are loaded. */
  learn(): void;
  keep(): void;
  clear(): void;
}

/** @param messages those that are loaded, by their `seq`. */
export function createSeenMessages(messages: ReadonlyMap<number, Message>, kept: KeptSeen): SeenMessages {
  const seen = new Set<number>();
  let known = 0;

  function stretches(): readonly SeenStretch[] {
    const found: [number, number, string][] = [];
    for (const seq of [...seen].sort((a, b) => a - b)) {
      const sentAt = messages.get(seq)?.sentAt ?? '';
      const last = found.at(-1);
      if (last?.[1] === seq - 1) last.splice(1, 2, seq, sentAt);
      else found.push([seq, seq, sentAt]);
    }
    return found;
  }

  return {
    has: (seq) => seen.has(seq),
    add: (seq) => void seen.add(seq),
    forget(upTo) {
      known = upTo;
      for (const seq of seen) if (seq <= upTo) seen.delete(seq);
    },
    learn() {
      for (const [first, last, sentAt] of kept.seen())
        if (messages.get(last)?.sentAt === sentAt)
          for (let seq = last; seq >= first && messages.has(seq); seq -= 1) seen.add(seq);
    },
    keep() {
      // Another tab may have had a message before this one.
      const ahead = kept.seen().filter(([, last]) => last > known && !messages.has(last));
      kept.keepSeen([...ahead, ...stretches()]);
    },
    clear() {
      seen.clear();
      known = 0;
      kept.keepSeen([]);
    },
  };
}

/** How many of the unread messages of a conversation have been on screen. Those of an earlier store do not count. */
export function seenAmongUnread(
  stretches: readonly SeenStretch[],
  { openedAt, readSeq, headSeq }: Pick<InboxItem, 'openedAt' | 'readSeq' | 'headSeq'>,
): number {
  let [count, upTo] = [0, readSeq];
  for (const [first, last, sentAt] of [...stretches].sort(([a], [b]) => a - b)) {
    const end = Math.min(last, headSeq);
    if (sentAt < openedAt || end <= upTo) continue;
    count += end - Math.max(first - 1, upTo);
    upTo = end;
  }
  return count;
}
