import { byId, element } from './dom.js';
import { createEventLog, type LoggedEvent, type NumberedEvent, shownPayload } from './event-log.js';
import type { TimeWords } from './time-words.js';

export interface EventLogView {
  add(entry: LoggedEvent): void;
}

const arrows = { in: '←', out: '→', local: '·' } as const;
const directionWords = { in: 'received', out: 'sent', local: 'here' } as const;

/** The developers' panel. `onToggle` hears whether it is open now. */
export function createEventLogView(words: TimeWords, onToggle: (open: boolean) => void): EventLogView {
  const log = createEventLog();
  const panel = byId('event-log', HTMLElement);
  const lines = byId('log-lines', HTMLOListElement);
  const count = byId('log-count', HTMLElement);
  const toggle = byId('toggle-log', HTMLButtonElement);
  const copy = byId('copy-log', HTMLButtonElement);

  function setOpen(open: boolean): void {
    panel.hidden = !open;
    toggle.setAttribute('aria-expanded', String(open));
    onToggle(open);
    if (open) lines.scrollTop = lines.scrollHeight;
  }

  const showCount = (): void => {
    count.textContent = String(log.entries().length);
  };

  toggle.addEventListener('click', () => {
    setOpen(panel.hidden === true);
    if (!panel.hidden) byId('close-log', HTMLButtonElement).focus();
  });
  byId('close-log', HTMLButtonElement).addEventListener('click', () => {
    setOpen(false);
    toggle.focus();
  });
  panel.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    setOpen(false);
    toggle.focus();
  });
  byId('clear-log', HTMLButtonElement).addEventListener('click', () => {
    log.clear();
    lines.replaceChildren();
    showCount();
  });
  copy.addEventListener('click', () => {
    void copyText(log.toText()).then((copied) => {
      copy.textContent = copied ? 'Copied' : 'Copy failed';
      setTimeout(() => {
        copy.textContent = 'Copy';
      }, 1_500);
    });
  });
  showCount();

  return {
    add(entry) {
      const wasAtEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 40;
      lines.append(lineElement(log.add(entry), words));
      while (lines.childElementCount > log.entries().length) lines.firstElementChild?.remove();
      if (wasAtEnd) lines.scrollTop = lines.scrollHeight;
      showCount();
    },
  };
}

function lineElement(entry: NumberedEvent, words: TimeWords): HTMLLIElement {
  const line = element('li', 'event');
  line.dataset['direction'] = entry.direction;
  const details = element('details', '');
  const summary = element('summary', 'event__summary');
  const arrow = element('span', 'event__arrow', arrows[entry.direction]);
  arrow.setAttribute('aria-hidden', 'true');
  summary.append(
    arrow,
    element('span', 'visually-hidden', directionWords[entry.direction]),
    element('span', 'event__name', entry.event),
    element('time', 'event__time', words.preciseClock(entry.at)),
  );
  const payload = element('pre', 'event__payload');
  // Only a payload that somebody looks at is turned into text.
  details.addEventListener('toggle', () => {
    if (details.open) payload.textContent = shownPayload(entry.payload);
  });
  details.append(summary, payload);
  line.append(details);
  return line;
}

/** The clipboard needs a secure origin. A page on plain HTTP in a local network falls back to a selection. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const holder = element('textarea', 'visually-hidden', text);
    document.body.append(holder);
    holder.select();
    const copied = document.execCommand('copy');
    holder.remove();
    return copied;
  }
}
