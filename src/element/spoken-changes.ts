import type { Announcer } from './announcer.js';
import type { RoomContext } from './room-context.js';

/** How long a writer has to pause (ms) before the remaining length is read aloud. */
const PAUSE_MS = 1_000;

/** Reads changes aloud that are not part of the conversation. */
export interface SpokenChanges {
  /**
   * Says that the room has closed or opened. Called after each drawing.
   *
   * @param isFocusTold whether the focus has moved because its place was gone. Screen readers then read out the new place anyway.
   */
  tell(context: RoomContext, isFocusTold: boolean): void;
  /** Called with each letter. When the writer pauses, says how much longer a long draft may get. */
  typed(): void;
  leave(): void;
}

/** @param announcer returns null until the first drawing. */
export function createSpokenChanges(root: ParentNode, announcer: () => Announcer | null): SpokenChanges {
  /** The last known reason why nobody can write; undefined before the room was entered. */
  let toldClosed: string | null | undefined;
  let pause: ReturnType<typeof setTimeout> | undefined;

  function say(selector: string, otherwise = ''): void {
    const words = root.querySelector(selector)?.textContent || otherwise;
    if (words !== '') announcer()?.say(words);
  }

  return {
    tell({ model, closed, texts, partnerName }, isFocusTold) {
      if (model.stage !== 'open') return;
      const [before, now] = [toldClosed, closed?.kind ?? null];
      toldClosed = now;
      if (before !== undefined && before !== now && !isFocusTold)
        say('#why', texts.say('message-placeholder', { name: partnerName }));
    },
    typed() {
      clearTimeout(pause);
      pause = setTimeout(() => say('.counter'), PAUSE_MS);
    },
    leave() {
      toldClosed = undefined;
    },
  };
}
