const MOVES: Readonly<Record<string, (index: number, count: number) => number>> = {
  ArrowDown: (index, count) => Math.min(index + 1, count - 1),
  ArrowUp: (index) => Math.max(index - 1, 0),
  Home: () => 0,
  End: (_index, count) => count - 1,
};

/** Arrow keys go from one conversation to the next, from the search too; Enter opens by itself, since they are links. */
export function moveInList(event: KeyboardEvent): void {
  const items = [...document.querySelectorAll<HTMLAnchorElement>('.item')];
  const target = event.target as HTMLElement;
  const index = items.indexOf(target.closest('.item') as HTMLAnchorElement);
  const isSearch = target.id === 'search';
  const move = isSearch && event.key !== 'ArrowDown' && event.key !== 'Enter' ? undefined : MOVES[event.key];
  if (isSearch && event.key === 'Enter' && !event.isComposing) {
    event.preventDefault();
    items[0]?.click();
  } else if (move !== undefined && items.length > 0) {
    event.preventDefault();
    items[move(index, items.length)]?.focus();
  }
}

/** Into the list again: to the conversation that somebody comes from. */
export function focusInList(consultationId: string | null): void {
  const chosen =
    consultationId === null
      ? null
      : document.querySelector<HTMLElement>(`[data-id="${CSS.escape(consultationId)}"]`);
  (
    chosen ??
    document.querySelector<HTMLElement>('.item') ??
    document.querySelector<HTMLElement>('#search')
  )?.focus();
}

/** To what was said: where a control that had the focus is gone. */
export function focusStream(): void {
  document.querySelector('consultation-chat')?.shadowRoot?.querySelector<HTMLElement>('.stream')?.focus();
}

/** Tries for the field while the room is opening, ms. */
const FIELD_EVERY_MS = 50;
const FIELD_TRIES = 60;

/** Into the room: to the field where somebody writes, or to what was said where nobody can. Touch screens are left alone. */
export function focusRoom(): void {
  const room = document.querySelector('consultation-chat');
  if (matchMedia('(pointer: coarse)').matches) return;
  const attempt = (left: number): void => {
    const inside = room?.shadowRoot;
    const field = inside?.querySelector<HTMLElement>('textarea');
    const isClosed = inside?.querySelector('.closed') != null;
    if (field != null) field.focus();
    else if (isClosed) inside?.querySelector<HTMLElement>('.stream')?.focus();
    else if (left > 0 && room?.isConnected) setTimeout(() => attempt(left - 1), FIELD_EVERY_MS);
  };
  attempt(FIELD_TRIES);
}
