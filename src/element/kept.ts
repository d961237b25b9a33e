import type { ChatStorage } from '../client/index.js';
import { attempt } from '../room/attempt.js';
import type { KeptFailures } from '../room/outgoing-messages.js';
import type { KeptNote, KeptNotes } from '../room/room-note.js';
import type { KeptSeen, SeenStretch } from '../room/seen-messages.js';
import type { OutgoingMessage } from '../room/timeline.js';

/**
 * Where somebody was reading: a message, and how far its top was below that of the list, in CSS px, or above it if
 * negative. `offset` is null at the end of the conversation; then the message was the last one.
 */
export interface ReadingPlace {
  readonly seq: number;
  readonly offset: number | null;
}

/** How many stretches are kept for a room: more than anybody skips. What goes beyond counts as unread again. */
const MAX_STRETCHES = 200;

/**
 * What must survive a reload of this tab and a change of rooms: the draft, what was refused, what was told of the
 * consultation, where somebody was reading, and which messages they have seen after some that they skipped.
 */
export interface KeptForTab extends KeptFailures, KeptNotes, KeptSeen {
  draft(): string;
  keepDraft(text: string): void;
  /** null if no place is kept. */
  place(): ReadingPlace | null;
  keepPlace(place: ReadingPlace): void;
}

/** The key that tells rooms apart, by server, consultation and side. */
export function keyOfRoom(room: {
  readonly server: string;
  readonly consultation: string;
  readonly as: string;
}): string {
  return `consultation-chat:${room.server}:${room.consultation}:${room.as}`;
}

/**
 * @param storage the tab's, because what people wrote must not outlive the tab. null if the browser keeps nothing.
 * @param key the room's, as `keyOfRoom` makes it.
 */
export function createKeptForTab(storage: ChatStorage | null, key: string): KeptForTab {
  const read = (name: string): string => attempt(() => storage?.getItem(`${key}:${name}`)) ?? '';
  function write(name: string, value: string): void {
    // If the storage is full, only this value is lost.
    attempt(() =>
      value === '' ? storage?.removeItem(`${key}:${name}`) : storage?.setItem(`${key}:${name}`, value),
    );
  }
  const writeList = (name: string, list: readonly unknown[]): void =>
    write(name, list.length === 0 ? '' : JSON.stringify(list));
  return {
    draft: () => read('draft'),
    keepDraft: (text) => write('draft', text),
    place() {
      const [seq = 0, offset = null] = read('place').split(' ').map(Number);
      return seq > 0 ? { seq, offset } : null;
    },
    keepPlace: ({ seq, offset }) =>
      write('place', offset === null ? `${seq}` : `${seq} ${Math.round(offset)}`),
    failures: () => listIn(read('failures')).filter(isFailure),
    keepFailures: (failures) => writeList('failures', failures),
    notes: () => listIn(read('notes')).filter(isNote),
    keepNotes: (notes) => writeList('notes', notes),
    seen: () => listIn(read('seen')).filter(isStretch),
    keepSeen: (stretches) => writeList('seen', stretches.slice(-MAX_STRETCHES)),
  };
}

/** Returns an empty list for a text that this version has not written. */
function listIn(text: string): readonly unknown[] {
  const found: unknown = text === '' ? [] : attempt(() => JSON.parse(text));
  return Array.isArray(found) ? found : [];
}

function isNote(value: unknown): value is KeptNote {
  const { note, at, afterSeq } = (value ?? {}) as Partial<KeptNote>;
  return typeof note?.kind === 'string' && typeof at === 'number' && typeof afterSeq === 'number';
}

function isStretch(value: unknown): value is SeenStretch {
  const [first, last, sentAt] = Array.isArray(value) ? value : [];
  return first > 0 && typeof last === 'number' && last >= first && typeof sentAt === 'string';
}

function isFailure(value: unknown): value is OutgoingMessage {
  if (typeof value !== 'object' || value === null) return false;
  const { clientMessageId, content, writtenAt, progress } = value as Partial<OutgoingMessage>;
  const isWritten = typeof clientMessageId === 'string' && typeof content === 'string';
  const isFailed = progress?.state === 'failed' && typeof progress.failure === 'object';
  return isWritten && typeof writtenAt === 'number' && isFailed;
}
