import type { Message, Sender } from '../protocol/wire.js';
import type { Failure } from './failure.js';

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
  /** Whether its time is to be told, because no message of the same sender follows at once. */
  readonly endsGroup: boolean;
}

/** `Note` is anything that a page makes a quiet line of. */
export type TimelineEntry<Note = string> =
  | { readonly kind: 'day'; readonly key: string; readonly at: number }
  | { readonly kind: 'note'; readonly key: string; readonly at: number; readonly note: Note }
  | ({ readonly kind: 'message'; readonly message: Message } & Grouped)
  | ({ readonly kind: 'outgoing'; readonly outgoing: OutgoingMessage } & Grouped);

export interface Timeline<Note = string> {
  /** Takes messages in any order and any number of times; returns those that it had not seen. */
  addMessages(messages: readonly Message[]): readonly Message[];
  setOutgoing(outgoing: OutgoingMessage): void;
  removeOutgoing(clientMessageId: string): void;
  /**
   * Adds a quiet line after the message `afterSeq`; at the present end of the conversation when left out.
   *
   * @returns the key of the line.
   */
  addNote(note: Note, at: number, afterSeq?: number): string;
  /** Lets the line say something else, in its place. */
  changeNote(key: string, note: Note): void;
  clear(): void;
  /**
   * The entries in reading order: by `seq`, with what is not stored yet at the end. `dayKey` gives an instant's local
   * date, `YYYY-MM-DD`. An entry that has not changed is the same object as before, and so is the list.
   */
  entries(dayKey: (at: number) => string): readonly TimelineEntry<Note>[];
}

/** Messages of one sender within this time of each other share a group. */
const groupWindowMs = 5 * 60 * 1000;
/** After more than this, the time is told before the next one. */
const timeWindowMs = 60 * 1000;
/** Beyond these limits the oldest are dropped, so that a tab left open for a week stays light. */
export const maxShownMessages = 2_000;
export const maxShownNotes = 200;

interface KeptNote<Note> {
  readonly key: string;
  readonly afterSeq: number;
  readonly order: number;
  readonly note: Note;
  readonly at: number;
}

type Item<Note> = (
  | { readonly kind: 'note'; readonly note: KeptNote<Note> }
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'outgoing'; readonly outgoing: OutgoingMessage }
) & { readonly at: number; readonly seq: number; readonly rank: number; readonly order: number };

/** @param maxMessages how many messages are kept at most. */
export function createTimeline<Note = string>(maxMessages = maxShownMessages): Timeline<Note> {
  const messages = new Map<number, Item<Note> & { kind: 'message' }>();
  const outgoing = new Map<string, OutgoingMessage>();
  /** Ids written in this page, with the sender: only their messages keep the key that they had while outgoing. */
  const writtenHere = new Map<string, Sender>();
  let notes: KeptNote<Note>[] = [];
  let noteCount = 0;
  let highestSeq = 0;
  let listed: readonly TimelineEntry<Note>[] | null = null;
  let listedBy: ((at: number) => string) | null = null;
  const remember = createEntryMemory<Note>();

  const isWrittenHere = (message: Message): boolean =>
    message.clientMessageId !== undefined && writtenHere.get(message.clientMessageId) === message.sender;

  return {
    addMessages(incoming) {
      const fresh: Message[] = [];
      for (const message of incoming) {
        if (message.clientMessageId !== undefined && isWrittenHere(message))
          outgoing.delete(message.clientMessageId);
        if (messages.has(message.seq)) continue;
        const at = Date.parse(message.sentAt);
        messages.set(message.seq, { kind: 'message', message, at, seq: message.seq, rank: 0, order: 0 });
        highestSeq = Math.max(highestSeq, message.seq);
        fresh.push(message);
      }
      keepNewest(messages, maxMessages);
      listed = null;
      return fresh;
    },
    setOutgoing(one) {
      writtenHere.set(one.clientMessageId, one.sender);
      // If the acknowledgement comes after the room's copy, there is nothing left to wait for.
      const delivered = one.progress.state === 'stored' && messages.has(one.progress.seq);
      if (delivered) outgoing.delete(one.clientMessageId);
      else outgoing.set(one.clientMessageId, one);
      listed = null;
    },
    removeOutgoing(clientMessageId) {
      outgoing.delete(clientMessageId);
      listed = null;
    },
    addNote(note, at, afterSeq = highestSeq) {
      noteCount += 1;
      const key = `note:${noteCount}`;
      notes.push({ key, afterSeq, order: noteCount, note, at });
      notes = notes.slice(-maxShownNotes);
      listed = null;
      return key;
    },
    changeNote(key, note) {
      notes = notes.map((one) => (one.key === key ? { ...one, note } : one));
      listed = null;
    },
    clear() {
      messages.clear();
      outgoing.clear();
      writtenHere.clear();
      notes = [];
      highestSeq = 0;
      listed = null;
    },
    entries(dayKey) {
      if (listed === null || listedBy !== dayKey)
        listed = remember(withDaysAndGroups(sortedItems(messages, notes, outgoing), dayKey, isWrittenHere));
      listedBy = dayKey;
      return listed;
    },
  };
}

function keepNewest<Kept>(messages: Map<number, Kept>, maxMessages: number): void {
  if (messages.size <= maxMessages) return;
  const oldestFirst = [...messages.keys()].sort((a, b) => a - b);
  for (const seq of oldestFirst.slice(0, messages.size - maxMessages)) messages.delete(seq);
}

function sortedItems<Note>(
  messages: ReadonlyMap<number, Item<Note>>,
  notes: readonly KeptNote<Note>[],
  outgoing: ReadonlyMap<string, OutgoingMessage>,
): Item<Note>[] {
  const items: Item<Note>[] = [...messages.values()];
  for (const note of notes)
    items.push({ kind: 'note', note, at: note.at, seq: note.afterSeq, rank: 1, order: note.order });
  let order = 0;
  for (const one of outgoing.values()) {
    order += 1;
    const { progress, writtenAt } = one;
    const isStored = progress.state === 'stored';
    const at = isStored ? Date.parse(progress.sentAt) : writtenAt;
    const seq = isStored ? progress.seq : Number.MAX_SAFE_INTEGER;
    items.push({ kind: 'outgoing', outgoing: one, at, seq, rank: 2, order });
  }
  return items.sort((a, b) => a.seq - b.seq || a.rank - b.rank || a.order - b.order);
}

/** An entry that has not changed stays the same object, so that whoever draws it sees that at once. */
function createEntryMemory<Note>() {
  let known = new Map<string, TimelineEntry<Note>>();
  return (entries: readonly TimelineEntry<Note>[]): readonly TimelineEntry<Note>[] => {
    const next = new Map<string, TimelineEntry<Note>>();
    for (const entry of entries) {
      const before = known.get(entry.key);
      next.set(entry.key, before !== undefined && isSameEntry(before, entry) ? before : entry);
    }
    known = next;
    return [...next.values()];
  };
}

function isSameEntry<Note>(a: TimelineEntry<Note>, b: TimelineEntry<Note>): boolean {
  const names = Object.keys(b) as (keyof typeof b)[];
  return a.kind === b.kind && names.every((name) => a[name] === b[name]);
}

function withDaysAndGroups<Note>(
  items: readonly Item<Note>[],
  dayKey: (at: number) => string,
  isWrittenHere: (message: Message) => boolean,
): readonly TimelineEntry<Note>[] {
  const entries: TimelineEntry<Note>[] = [];
  const dayOf = cachedDays(dayKey);
  let day = '';
  items.forEach((item, index) => {
    const { at } = item;
    const itsDay = dayOf(at);
    // Only forward: the page's clock may differ from the server's, and a day is never named twice.
    if (itsDay > day) {
      entries.push({ kind: 'day', key: `day:${itsDay}`, at });
      day = itsDay;
    }
    if (item.kind === 'note') {
      entries.push({ kind: 'note', key: item.note.key, at, note: item.note.note });
      return;
    }
    const startsGroup = !sameGroup(items[index - 1], item, dayOf, groupWindowMs);
    const endsGroup = !sameGroup(item, items[index + 1], dayOf, timeWindowMs);
    const { sender, content, clientMessageId } = item.kind === 'outgoing' ? item.outgoing : item.message;
    const grouped = { at, sender, content, startsGroup, endsGroup };
    if (item.kind === 'outgoing') {
      entries.push({ kind: 'outgoing', outgoing: item.outgoing, key: `mine:${clientMessageId}`, ...grouped });
      return;
    }
    const { message } = item;
    const key = isWrittenHere(message) ? `mine:${clientMessageId}` : `seq:${message.seq}`;
    entries.push({ kind: 'message', message, key, ...grouped });
  });
  return entries;
}

/** Formatting a date costs a microsecond or more, and neighbours mostly share their quarter of an hour. */
function cachedDays(dayKey: (at: number) => string): (at: number) => string {
  const quarterMs = 15 * 60 * 1000;
  let quarter = Number.NaN;
  let day = '';
  return (at) => {
    const its = Math.floor(at / quarterMs);
    if (its !== quarter) day = dayKey(at);
    quarter = its;
    return day;
  };
}

function sameGroup<Note>(
  a: Item<Note> | undefined,
  b: Item<Note> | undefined,
  dayOf: (at: number) => string,
  windowMs: number,
): boolean {
  if (a === undefined || b === undefined || a.kind === 'note' || b.kind === 'note') return false;
  return senderOf(a) === senderOf(b) && Math.abs(b.at - a.at) <= windowMs && dayOf(a.at) === dayOf(b.at);
}

function senderOf<Note>(item: Exclude<Item<Note>, { kind: 'note' }>): Sender {
  return item.kind === 'message' ? item.message.sender : item.outgoing.sender;
}
