import type { ConsultationChat } from '../element/consultation-chat.js';
import type { LaterParts } from './people-state.js';

/** Prints the record of the room that is shown: a browser would print what is on the screen. */
export function printRecords(later: LaterParts): void {
  document.addEventListener('keydown', (event) => {
    const room = document.querySelector('consultation-chat');
    if (room !== null && event.key === 'p' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void room.print();
    }
  });
  // The browser's own menu prints at once: what is loaded of the record, if what makes it is there.
  window.addEventListener('beforeprint', () => {
    const room = document.querySelector<ConsultationChat>('consultation-chat')?.recordedRoom() ?? null;
    const paper = room === null ? null : later.layRecord?.(room);
    window.addEventListener('afterprint', () => paper?.remove(), { once: true });
  });
}
