import type { Message, Sender } from '../protocol/wire.js';
import type { Failure } from './error-sentences.js';

/** A message written here, until the room has it back from the server as a `Message`. */
export interface OutgoingMessage {
  readonly clientMessageId: string;
  readonly consultationId: string;
  readonly sender: Sender;
  readonly content: string;
  /** Epoch ms, by the page's clock. */
  readonly writtenAt: number;
  readonly progress:
    | { readonly state: 'waiting' }
    | { readonly state: 'sending' }
    | { readonly state: 'stored'; readonly seq: number; readonly sentAt: string }
    | { readonly state: 'failed'; readonly failure: Failure };
}

interface Grouped {
  /** Stable for one message from writing to delivery, so that its place on screen can be kept. */
  readonly key: string;
  readonly at: number;
  readonly sender: Sender;
  readonly content: string;
  readonly startsGroup: boolean;
  readonly endsGroup: boolean;
}

export type TimelineEntry =
  | { readonly kind: 'day'; readonly key: string; readonly at: number }
  | { readonly kind: 'note'; readonly key: string; readonly at: number; readonly text: string }
  | ({ readonly kind: 'message'; readonly message: Message } & Grouped)
  | ({ readonly kind: 'outgoing'; readonly outgoing: OutgoingMessage } & Grouped);

export interface Timeline {
  /** Takes messages in any order and any number of times; returns those that it had not seen. */
  addMessages(messages: readonly Message[]): readonly Message[];
  setOutgoing(outgoing: OutgoingMessage): void;
  removeOutgoing(clientMessageId: string): void;
  /** A quiet line at the present end of the conversation. */
  addNote(text: string, at: number): void;
  clear(): void;
  /**
   * In reading order: by `seq`, what is not stored yet at the end. `dayKey` gives an instant's local date,
   * `YYYY-MM-DD`.
   */
  entries(dayKey: (at: number) => string): readonly TimelineEntry[];
}

/** Messages of one sender within this time of each other share a group. */
const groupWindowMs = 5 * 60 * 1000;
/** Beyond these limits the oldest are dropped, so that a tab left open for a week stays light. */
export const maxShownMessages = 2_000;
export const maxShownNotes = 200;

interface Note {
  readonly key: string;
  readonly afterSeq: number;
  readonly order: number;
  readonly text: string;
  readonly at: number;
}

type Item = (
  | { readonly kind: 'note'; readonly note: Note }
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'outgoing'; readonly outgoing: OutgoingMessage }
) & { readonly place: readonly [seq: number, rank: number, order: number] };

export function createTimeline(): Timeline {
  const messages = new Map<number, Message>();
  const outgoing = new Map<string, OutgoingMessage>();
  /** Ids written in this page, with the sender: only their messages keep the key that they had while outgoing. */
  const writtenHere = new Map<string, Sender>();
  let notes: Note[] = [];
  let noteCount = 0;
  let highestSeq = 0;

  const isWrittenHere = (message: Message): boolean =>
    message.clientMessageId !== undefined && writtenHere.get(message.clientMessageId) === message.sender;

  function keepNewest(): void {
    if (messages.size <= maxShownMessages) return;
    const oldestFirst = [...messages.keys()].sort((a, b) => a - b);
    for (const seq of oldestFirst.slice(0, messages.size - maxShownMessages)) messages.delete(seq);
  }

  function sortedItems(): Item[] {
    const items: Item[] = [];
    for (const message of messages.values())
      items.push({ kind: 'message', message, place: [message.seq, 0, 0] });
    for (const note of notes) items.push({ kind: 'note', note, place: [note.afterSeq, 1, note.order] });
    let order = 0;
    for (const one of outgoing.values()) {
      order += 1;
      const seq = one.progress.state === 'stored' ? one.progress.seq : Number.MAX_SAFE_INTEGER;
      items.push({ kind: 'outgoing', outgoing: one, place: [seq, 2, order] });
    }
    return items.sort((a, b) => comparePlaces(a.place, b.place));
  }

  return {
    addMessages(incoming) {
      const fresh: Message[] = [];
      for (const message of incoming) {
        if (message.clientMessageId !== undefined && isWrittenHere(message))
          outgoing.delete(message.clientMessageId);
        if (messages.has(message.seq)) continue;
        messages.set(message.seq, message);
        highestSeq = Math.max(highestSeq, message.seq);
        fresh.push(message);
      }
      keepNewest();
      return fresh;
    },
    setOutgoing(one) {
      writtenHere.set(one.clientMessageId, one.sender);
      // The acknowledgement may come after the room's copy: then there is nothing left to wait for.
      const delivered = one.progress.state === 'stored' && messages.has(one.progress.seq);
      if (delivered) outgoing.delete(one.clientMessageId);
      else outgoing.set(one.clientMessageId, one);
    },
    removeOutgoing: (clientMessageId) => void outgoing.delete(clientMessageId),
    addNote(text, at) {
      noteCount += 1;
      notes.push({ key: `note:${noteCount}`, afterSeq: highestSeq, order: noteCount, text, at });
      notes = notes.slice(-maxShownNotes);
    },
    clear() {
      messages.clear();
      outgoing.clear();
      writtenHere.clear();
      notes = [];
      highestSeq = 0;
    },
    entries: (dayKey) => withDaysAndGroups(sortedItems(), dayKey, isWrittenHere),
  };
}

function comparePlaces(a: Item['place'], b: Item['place']): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

function withDaysAndGroups(
  items: readonly Item[],
  dayKey: (at: number) => string,
  isWrittenHere: (message: Message) => boolean,
): readonly TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  let day = '';
  items.forEach((item, index) => {
    const at = timeOf(item);
    const itsDay = dayKey(at);
    // Only forward: the page's clock may differ from the server's, and a day is never named twice.
    if (itsDay > day) {
      entries.push({ kind: 'day', key: `day:${itsDay}`, at });
      day = itsDay;
    }
    if (item.kind === 'note') {
      entries.push({ kind: 'note', key: item.note.key, at, text: item.note.text });
      return;
    }
    const startsGroup = !sameGroup(items[index - 1], item, dayKey);
    const endsGroup = !sameGroup(item, items[index + 1], dayKey);
    if (item.kind === 'outgoing') {
      const { outgoing } = item;
      const { sender, content, clientMessageId } = outgoing;
      entries.push({
        kind: 'outgoing',
        outgoing,
        key: `mine:${clientMessageId}`,
        at,
        sender,
        content,
        startsGroup,
        endsGroup,
      });
      return;
    }
    const { message } = item;
    const key = isWrittenHere(message) ? `mine:${message.clientMessageId}` : `seq:${message.seq}`;
    entries.push({
      kind: 'message',
      message,
      key,
      at,
      sender: message.sender,
      content: message.content,
      startsGroup,
      endsGroup,
    });
  });
  return entries;
}

function timeOf(item: Item): number {
  if (item.kind === 'note') return item.note.at;
  if (item.kind === 'message') return Date.parse(item.message.sentAt);
  const { outgoing } = item;
  return outgoing.progress.state === 'stored' ? Date.parse(outgoing.progress.sentAt) : outgoing.writtenAt;
}

function sameGroup(a: Item | undefined, b: Item | undefined, dayKey: (at: number) => string): boolean {
  if (a === undefined || b === undefined || a.kind === 'note' || b.kind === 'note') return false;
  const [from, to] = [timeOf(a), timeOf(b)];
  return senderOf(a) === senderOf(b) && Math.abs(to - from) <= groupWindowMs && dayKey(from) === dayKey(to);
}

function senderOf(item: Exclude<Item, { kind: 'note' }>): Sender {
  return item.kind === 'message' ? item.message.sender : item.outgoing.sender;
}
