import type { KeptForTab } from './kept.js';

/** What somebody is writing: the same here, in the field, and in what the tab keeps. */
export interface DraftField {
  readonly text: string;
  /** null where nobody can write. */
  field(): HTMLTextAreaElement | null;
  /** Goes on with what is kept of another room; with nothing for null. */
  readFrom(kept: KeptForTab | null): void;
  /** Takes over what somebody has typed. */
  typed(): void;
  write(text: string): void;
  /** After each drawing: a field that has just come has the text, too. */
  hold(): void;
}

/** @param root of the room. */
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
