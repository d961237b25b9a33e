import type { RoomNote } from './room-note.js';

/** Changes of one person that follow each other within this time make one line at most. */
export const PRESENCE_WINDOW_MS = 60_000;

/** The part of a timeline that this needs. */
export interface NotedLines {
  addNote(note: RoomNote, at: number): string;
  removeNote(key: string): void;
}

export interface PresenceChange {
  /** Tells people apart: the same for all of one person's changes. */
  readonly who: string;
  readonly name: string | null;
  readonly isHere: boolean;
  /** Epoch ms. */
  readonly at: number;
}

interface Streak {
  readonly wasHere: boolean;
  readonly lastAt: number;
  readonly key: string | null;
}

/**
 * Keeps comings and goings down to what is news. A connection that breaks and comes back within a minute leaves no line,
 * somebody who looks in leaves one, and the last word is always how it stands.
 */
export function createPresenceNotes(lines: NotedLines): { note(change: PresenceChange): void } {
  const streaks = new Map<string, Streak>();

  return {
    note({ who, name, isHere, at }) {
      const known = streaks.get(who);
      const goesOn = known !== undefined && at - known.lastAt < PRESENCE_WINDOW_MS;
      const wasHere = goesOn ? known.wasHere : !isHere;
      if (goesOn && known.key !== null) lines.removeNote(known.key);
      const kind = wordFor(wasHere, isHere);
      const key = kind === null ? null : lines.addNote({ kind, name }, at);
      streaks.set(who, { wasHere, lastAt: at, key });
    },
  };
}

/** How it stood before the changes, and how it stands after them. */
function wordFor(wasHere: boolean, isHere: boolean): 'joined' | 'left' | 'looked-in' | null {
  if (wasHere === isHere) return isHere ? null : 'looked-in';
  return isHere ? 'joined' : 'left';
}
