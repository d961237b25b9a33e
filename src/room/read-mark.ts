import type { ConsultationChannel } from '../client/index.js';
import type { Message, Sender } from '../protocol/wire.js';
import { createSeenMessages, type KeptSeen } from './seen-messages.js';

/** Up to where the reader has seen everything, and which messages they have seen after that. */
export interface ReadMark {
  /** Everything up to here has been on screen, by the server's mark and by what was seen here. */
  readonly seq: number;
  /** Whether a message is the other party's and has not been on screen. */
  isUnread(message: Message): boolean;
  /**
   * Takes in the server's mark.
   *
   * @returns up to where somebody has read elsewhere, such as in another window; 0 if that is nothing new.
   */
  learn(): number;
  /** Takes in what was on screen elsewhere, as is kept now. */
  learnSeen(): void;
  /** Takes in the server's mark of a first look. It cannot be moved before the server lets us in. */
  look(seq: number): void;
  /** @returns whether one of these has not been on screen before. */
  seen(seqs: readonly number[]): boolean;
  /** Keeps what has been on screen, but not before everything is loaded that may be unread. */
  keep(): void;
  clear(): void;
}

export interface ReadMarkDependencies {
  /** null for somebody who only looks on, and has no mark. */
  readonly viewer: Sender | null;
  /** Everything that is loaded, by its `seq`. */
  readonly messages: ReadonlyMap<number, Message>;
  readonly channel: Pick<ConsultationChannel, 'readSeq' | 'markRead'>;
  readonly kept: KeptSeen;
  /** Whether everything is loaded that may be unread. */
  readonly isOpen: () => boolean;
}

export function createReadMark({ viewer, messages, channel, kept, isOpen }: ReadMarkDependencies): ReadMark {
  const seen = createSeenMessages(messages, kept);
  let upTo = 0;

  /** Moves the mark as far as nothing was skipped. One's own messages need not be seen. */
  function move(): void {
    const before = upTo;
    for (let seq = upTo + 1, next = messages.get(seq); next !== undefined; next = messages.get(++seq)) {
      if (next.sender === viewer) continue;
      if (!seen.has(seq)) break;
      upTo = seq;
    }
    if (upTo > before) channel.markRead(upTo);
  }

  function keep(): void {
    if (isOpen()) seen.keep();
  }

  return {
    get seq() {
      return upTo;
    },
    isUnread: ({ sender, seq }) => sender !== viewer && seq > upTo && !seen.has(seq),
    learn() {
      const mark = viewer === null ? 0 : channel.readSeq[viewer];
      seen.forget(mark);
      keep();
      if (mark <= upTo) return 0;
      upTo = mark;
      move();
      return mark;
    },
    learnSeen() {
      seen.learn();
      move();
    },
    look(seq) {
      upTo = Math.max(upTo, seq);
      seen.learn();
    },
    seen(seqs) {
      const fresh = seqs.filter((seq) => seq > upTo && !seen.has(seq));
      if (viewer === null || fresh.length === 0) return false;
      for (const seq of fresh) seen.add(seq);
      move();
      keep();
      return true;
    },
    keep,
    clear() {
      upTo = 0;
      seen.clear();
    },
  };
}
