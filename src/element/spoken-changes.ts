import type { Announcer } from './announcer.js';
import type { RoomContext } from './room-context.js';

/** How long somebody pauses in writing (ms) before the room that is left is read aloud. */
const PAUSE_MS = 1_000;

/** Reads aloud what has changed beside the conversation. */
export interface SpokenChanges {
  /**
   * Tells that the room has closed or opened. Called after each drawing.
   *
   * @param isFocusTold whether the focus was in what has gone, so that it reads aloud by itself what it is on now.
   */
  tell(context: RoomContext, isFocusTold: boolean): void;
  /** Called with each letter. Tells how much room a long draft has, once somebody pauses. */
  typed(): void;
  leave(): void;
}

/** @param announcer becomes known with the first drawing. */
export function createSpokenChanges(root: ParentNode, announcer: () => Announcer | null): SpokenChanges {
  /** Why nobody can write, as it was told; undefined before the room was entered. */
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
