import type { ConsultationChat } from '../element/consultation-chat.js';
import type { LaterParts } from './people-state.js';

/** Prints the whole record on the browser's key for printing, which would print only the screen. */
export function printByKey(event: KeyboardEvent): void {
  const room = document.querySelector('consultation-chat');
  if (room !== null && event.key === 'p' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    void room.print();
  }
}

/** The browser's menu prints without waiting, so this lays out what is loaded of the record, if its part is loaded. */
export function layRecordForPrint({ layRecord }: LaterParts): void {
  const room = document.querySelector<ConsultationChat>('consultation-chat')?.recordedRoom() ?? null;
  const paper = room === null ? null : layRecord?.(room);
  window.addEventListener('afterprint', () => paper?.remove(), { once: true });
}
