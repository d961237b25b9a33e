import type { KeptForTab } from './kept.js';

/** Keeps the draft the same here, in the field, and in the tab. */
export interface DraftField {
  readonly text: string;
  /** Returns the field, or null if nobody can write. */
  field(): HTMLTextAreaElement | null;
  /** Goes on with the draft that is kept for another room, or with none for null. */
  readFrom(kept: KeptForTab | null): void;
  /** Takes over the text that somebody has typed. */
  typed(): void;
  write(text: string): void;
  /** Called after each drawing. Fills a field that has just appeared. */
  hold(): void;
}

/** @param root the root that the room is drawn in. */
export function createDraftField(root: ParentNode): DraftField {
  let kept: KeptForTab | null = null;
  let text = '';
  const field = (): HTMLTextAreaElement | null => root.querySelector('textarea');

  function hold(): void {
    const shown = field();
    if (shown !== null && shown.value !== text) shown.value = text;
  }

  function keep(next: string): void {
    text = next;
    kept?.keepDraft(next);
  }

  return {
    get text() {
      return text;
    },
    field,
    readFrom(next) {
      if (next === kept) return;
      kept = next;
      text = kept?.draft() ?? '';
    },
    typed: () => keep(field()?.value ?? ''),
    write(next) {
      keep(next);
      hold();
    },
    hold,
  };
}
