/** One line of the developers' log. The page itself writes `local` lines, when a connection is made or lost. */
export interface LoggedEvent {
  readonly direction: 'in' | 'out' | 'local';
  /** Epoch ms, by the page's clock. */
  readonly at: number;
  readonly event: string;
  readonly payload: unknown;
}

export interface EventLog {
  /** Numbers grow by one for each entry, from 1, and survive trimming and clearing. */
  add(entry: LoggedEvent): NumberedEvent;
  clear(): void;
  entries(): readonly NumberedEvent[];
  /** Returns all entries that are kept, as JSON lines. */
  toText(): string;
}

export interface NumberedEvent extends LoggedEvent {
  readonly number: number;
}

/** Oldest entries go first beyond this many. */
export const maxLoggedEvents = 500;
/** A logged payload is cut after this many UTF-16 units of JSON on screen. The copy holds all of it. */
export const maxShownPayload = 4_000;

export function createEventLog(limit = maxLoggedEvents): EventLog {
  let kept: NumberedEvent[] = [];
  let last = 0;
  return {
    add(entry) {
      last += 1;
      const numbered = { ...entry, number: last };
      kept.push(numbered);
      if (kept.length > limit) kept = kept.slice(kept.length - limit);
      return numbered;
    },
    clear() {
      kept = [];
    },
    entries: () => kept,
    toText: () =>
      kept
        .map(({ number, direction, at, event, payload }) =>
          JSON.stringify({ number, direction, at: new Date(at).toISOString(), event, payload }),
        )
        .join('\n'),
  };
}

/** The payload as indented JSON, cut to what a screen can bear. */
export function shownPayload(payload: unknown): string {
  const text = JSON.stringify(payload, null, 2) ?? '';
  return text.length <= maxShownPayload
    ? text
    : `${text.slice(0, maxShownPayload)}\n… cut here; copy the log for all of it`;
}
