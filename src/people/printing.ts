import type { ConsultationChat } from '../element/consultation-chat.js';
import type { LaterParts } from './people-state.js';

/** A browser would print what is on the screen: the record has all of it. */
export function printByKey(event: KeyboardEvent): void {
  const room = document.querySelector('consultation-chat');
  if (room !== null && event.key === 'p' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    void room.print();
  }
}

/** The browser's own menu prints at once: what is loaded of the record, if what makes it is there. */
export function layRecordForPrint({ layRecord }: LaterParts): void {
  const room = document.querySelector<ConsultationChat>('consultation-chat')?.recordedRoom() ?? null;
  const paper = room === null ? null : layRecord?.(room);
  window.addEventListener('afterprint', () => paper?.remove(), { once: true });
}
