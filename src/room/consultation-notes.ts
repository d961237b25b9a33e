import type { Consultation } from '../protocol/wire.js';
import type { KeptNote, KeptNotes, RoomNote } from './room-note.js';
import type { Timeline } from './timeline.js';

/** How many notes on the consultation outlive the room. */
const MAX_KEPT_NOTES = 20;

/** Tells after a reload what happened to the consultation before it. Comings and goings are not told again. */
export function tellKeptNotes(timeline: Pick<Timeline<RoomNote>, 'addNote'>, kept: KeptNotes): void {
  for (const { note, at, afterSeq } of kept.notes()) timeline.addNote(note, at, afterSeq);
}

/** Tells what has happened to the consultation now, and keeps that. */
export function tellNote(
  timeline: Pick<Timeline<RoomNote>, 'addNote'>,
  kept: KeptNotes,
  { note, at, afterSeq }: KeptNote,
): void {
  timeline.addNote(note, at, afterSeq);
  kept.keepNotes([...kept.notes(), { note, at, afterSeq }].slice(-MAX_KEPT_NOTES));
}

/** @returns the note that tells the change; null if there is nothing to tell. */
export function noteOfChange(before: Consultation, after: Consultation): RoomNote | null {
  if (before.status !== after.status) {
    const kinds = { open: 'reopened', ended: 'ended', expired: 'ran-out' } as const;
    return { kind: kinds[after.status] };
  }
  return before.expiresAt === after.expiresAt
    ? null
    : { kind: 'open-until', until: Date.parse(after.expiresAt) };
}
