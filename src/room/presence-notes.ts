import type { RoomNote } from './room-note.js';

/** Changes of one person that follow each other within this time, in ms, make at most one line. */
export const PRESENCE_WINDOW_MS = 60_000;

/** The part of a timeline that this needs. */
export interface NotedLines {
  addNote(note: RoomNote, at: number): string;
  changeNote(key: string, note: RoomNote): void;
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
  readonly key: string;
}

/**
 * Makes one line of comings and goings that follow each other. The line changes in its place: nothing that was told is
 * taken back, or moves elsewhere. Whether somebody is here now is told by others.
 */
export function createPresenceNotes(lines: NotedLines): { note(change: PresenceChange): void } {
  const streaks = new Map<string, Streak>();

  return {
    note({ who, name, isHere, at }) {
      const known = streaks.get(who);
      const goesOn = known !== undefined && at - known.lastAt < PRESENCE_WINDOW_MS;
      const wasHere = goesOn ? known.wasHere : !isHere;
      const note = { kind: wordFor(wasHere, isHere), name };
      if (goesOn) lines.changeNote(known.key, note);
      const key = goesOn ? known.key : lines.addNote(note, at);
      streaks.set(who, { wasHere, lastAt: at, key });
    },
  };
}

/** @param wasHere before the changes. @param isHere after them. */
function wordFor(wasHere: boolean, isHere: boolean): 'joined' | 'left' | 'looked-in' | 'came-back' {
  if (wasHere === isHere) return isHere ? 'came-back' : 'looked-in';
  return isHere ? 'joined' : 'left';
}
