const MOVES: Readonly<Record<string, (index: number, count: number) => number>> = {
  ArrowDown: (index, count) => Math.min(index + 1, count - 1),
  ArrowUp: (index) => Math.max(index - 1, 0),
  Home: () => 0,
  End: (_index, count) => count - 1,
};

/**
 * Moves with the arrow keys from one conversation to the next, and from the search. Rows are links, so Enter opens them.
 *
 * @returns whether Enter in the search has opened the first conversation that was found.
 */
export function moveInList(event: Event): boolean {
  const items = [...document.querySelectorAll<HTMLAnchorElement>('.item')];
  const target = event.target as HTMLElement;
  const index = items.indexOf(target.closest('.item') as HTMLAnchorElement);
  const isSearch = target.id === 'search';
  const { key = '', isComposing = false } = event as Partial<KeyboardEvent>;
  const move = isSearch && key !== 'ArrowDown' && key !== 'Enter' ? undefined : MOVES[key];
  const isChoice = isSearch && key === 'Enter' && !isComposing && items.length > 0;
  if (isChoice) items[0]?.click();
  else if (move !== undefined && items.length > 0) {
    event.preventDefault();
    items[move(index, items.length)]?.focus();
  }
  return isChoice;
}

const rowOf = (consultationId: string | null): HTMLElement | null =>
  document.querySelector(`[data-id="${CSS.escape(consultationId ?? '')}"]`);

const isWaiting = (row: HTMLElement | null): boolean => row?.dataset['waits'] === 'true';

/** Whether the row of a conversation says that somebody is waiting. */
export const waitsInList = (consultationId: string | null): boolean => isWaiting(rowOf(consultationId));

/**
 * Brings the focus back to the conversation in the list that somebody comes from. If they have answered a patient who
 * waited, the focus goes to the patient who has waited longest, provided that the list begins with one.
 */
export function focusInList(consultationId: string | null, hasWaited: boolean): void {
  const [row, first] = [rowOf(consultationId), document.querySelector<HTMLElement>('.item')];
  const isAnswered = hasWaited && !isWaiting(row);
  const next = isAnswered && isWaiting(first) ? first : row;
  (next ?? first ?? document.querySelector<HTMLElement>('#search'))?.focus();
}

/** Whether the row of the open conversation can be seen as a whole; undefined if there is none. */
function isOpenRowSeen(): boolean | undefined {
  const row = document.querySelector('.item[aria-current]')?.getBoundingClientRect();
  const bottomOf = (selector: string): number =>
    document.querySelector(selector)?.getBoundingClientRect().bottom ?? 0;
  return row && row.top >= bottomOf('.list-head') && row.bottom <= bottomOf('.list');
}

/**
 * A row loses the focus when drawing moves it, so this gives the focus back. The list must not jump to the row's new place.
 *
 * The row of the open conversation stays in view, where the reader has it in view. The list does not follow it while
 * somebody is at the list, with the pointer or the keyboard, because they would click or open another row than they mean.
 */
export function keepPlaceInList(draw: () => void): void {
  const focused = document.activeElement as HTMLElement | null;
  const [isFirst, wasSeen] = [document.querySelector('.item') === null, isOpenRowSeen()];
  draw();
  if (focused !== document.activeElement && focused?.matches('.item')) focused.focus({ preventScroll: true });
  const follows = isFirst || (wasSeen && document.querySelector('.list:is(:hover, :focus-within)') === null);
  if (follows && isOpenRowSeen() === false) showRow();
}

const isOnTouchScreen = (): boolean => matchMedia('(pointer: coarse)').matches;

/**
 * Begins at the first row, as mail programs do, so that Enter opens whoever has waited longest. Takes no focus from a page
 * around this one.
 */
export function beginInList(): void {
  if (document.hasFocus() && !isOnTouchScreen()) focusInList(null, false);
}

/** Brings a row into view: the one with the focus, or the one of the open conversation. */
export function showRow(): void {
  document.querySelector('.item:focus, .item[aria-current]')?.scrollIntoView({ block: 'nearest' });
}

/** Moves the focus to the conversation, when the control that had it is gone. */
export function focusStream(): void {
  document.querySelector('consultation-chat')?.shadowRoot?.querySelector<HTMLElement>('.stream')?.focus();
}

/** How often the field is looked for while the room opens, in ms. */
const FIELD_EVERY_MS = 50;
const FIELD_TRIES = 60;

/** Moves the focus to the field, or to the conversation if nobody can write. Does nothing on touch screens. */
export function focusRoom(): void {
  const room = document.querySelector('consultation-chat');
  showRow();
  if (isOnTouchScreen()) return;
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
