import type { Consultation, Message, Person } from '../protocol/wire.js';
import { isOpen } from '../room/closed-reason.js';
import type { RoomModel } from '../room/room.js';
import type { OutgoingMessage } from '../room/timeline.js';
import type { Texts } from '../texts/texts.js';

/** A room that the record is made of, as far as it is loaded. */
export interface RecordedRoom {
  readonly model: RoomModel;
  readonly texts: Texts;
}

/** The functions that make the record. */
export interface RecordParts {
  wholeRecord(room: RecordedRoom): Promise<(() => void) | null>;
  layRecord(room: RecordedRoom): Element | null;
}

const STYLES = `
  @page { margin: 18mm 16mm; }
  :root, :host { color-scheme: only light; }
  body, :host { font: 11pt/1.45 system-ui, sans-serif; color: #000; background: #fff; margin: 0; }
  h1 { font-size: 15pt; margin: 0 0 4pt; } h2 { font-size: 11pt; margin: 14pt 0 4pt; border-bottom: 1px solid #999; break-after: avoid; }
  .facts { margin: 0; color: #333; } .missing { margin: 6pt 0 0; font-weight: 600; } dl { margin: 0; }
  .line { display: grid; grid-template-columns: 13em 1fr; gap: 0 10pt; padding: 3pt 0; break-inside: avoid-page; }
  dt { font-weight: 600; } dt time { font-weight: 400; margin-inline-end: 6pt; } dd { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
`;

/**
 * Shows who talked, when, in which time zone, the state of the consultation, and what was said. It also says what is
 * missing, and what was not sent.
 */
function recordView({ model, texts }: RecordedRoom, consultation: Consultation, now: number): Element {
  const { moments } = texts;
  const messages = model.messages();
  const unsent = unsentIn(model, texts);
  // The paper goes into a file, and a name alone would not say whose.
  const named = ({ name, id }: Person): string => `${name}${texts.say('comma')} ${id}`;
  const parties = { patient: named(consultation.user), doctor: named(consultation.doctor) };
  const moment = momentOf(now, texts);
  const count = `${texts.say('print-count', { count: messages.length })}.`;
  const record = part('main', {});
  record.append(
    part('h1', {}, texts.say('print-heading', { id: consultation.consultationId })),
    part('p', { class: 'facts' }, texts.say('print-parties', parties)),
    part('p', { class: 'facts' }, stateWords(consultation, texts, now)),
    part('p', { class: 'facts' }, `${count} ${texts.say('print-zone', { zone: moments.timeZone, moment })}`),
    ...(isConnected(model) ? [] : [part('p', { class: 'missing' }, texts.say('print-as-loaded'))]),
    ...(isWhole(model) ? [] : [part('p', { class: 'missing' }, texts.say('print-part'))]),
    ...(unsent.length === 0
      ? []
      : [part('p', { class: 'missing' }, texts.say('print-unsent-count', { count: unsent.length }))]),
  );
  for (const day of groupedByDay(messages, moments.dayKey)) {
    const lines = day.map(({ sentAt, sender, content }) =>
      lineView({ at: Date.parse(sentAt), name: consultation[sender].name, content }, texts),
    );
    record.append(part('h2', {}, moments.date(Date.parse(day[0]?.sentAt ?? ''))), part('dl', {}, ...lines));
  }
  if (unsent.length > 0)
    record.append(part('h2', {}, texts.say('print-unsent')), part('dl', {}, ...unsentLines(unsent)));
  return record;

  function unsentLines(outgoing: readonly OutgoingMessage[]): readonly Element[] {
    return outgoing.map(({ writtenAt, sender, content, progress }) => {
      const state = texts.say(progress.state === 'failed' ? 'delivery-failed' : 'delivery-unconfirmed');
      const name = `${consultation[sender].name} (${state})`;
      return lineView({ at: writtenAt, name, content, isDated: true }, texts);
    });
  }
}

interface Line {
  /** Epoch ms. */
  readonly at: number;
  readonly name: string;
  readonly content: string;
  /** Whether the line has its date, because there is none above it. */
  readonly isDated?: boolean;
}

function lineView({ at, name, content, isDated = false }: Line, texts: Texts): Element {
  const time = isDated ? momentOf(at, texts) : texts.moments.clock(at);
  return part(
    'div',
    { class: 'line' },
    part('dt', {}, part('time', { datetime: new Date(at).toISOString() }, time), ` ${name}`),
    part('dd', { dir: 'auto' }, content),
  );
}

/** With its date, since paper is read on another day. */
const momentOf = (at: number, { say, moments }: Texts): string =>
  say('date-and-time', { date: moments.date(at), time: moments.clock(at) });

/** Says whether the consultation takes messages, and until when, or since when it does not. */
function stateWords(consultation: Consultation, texts: Texts, now: number): string {
  const moment = momentOf(Date.parse(consultation.expiresAt), texts);
  if (consultation.status === 'ended') return `${texts.say('ended')}.`;
  return `${texts.say(isOpen(consultation, now) ? 'open-until' : 'ran-out', { moment })}.`;
}

/** The messages that were written here, and are not known to have arrived. */
function unsentIn(model: RoomModel, { moments }: Texts): readonly OutgoingMessage[] {
  return model
    .entries(moments.dayKey)
    .flatMap((entry) => (entry.kind === 'outgoing' ? [entry.outgoing] : []))
    .filter(({ progress }) => progress.state !== 'stored');
}

/** Whether the room has heard everything by now. */
const isConnected = ({ phase, stage }: RoomModel): boolean => phase === 'online' && stage === 'open';

/** Whether every message that the room has heard of is loaded. Their numbers begin at 1 and have no gap. */
function isWhole(model: RoomModel): boolean {
  const messages = model.messages();
  if (messages.length === 0) return model.isFirstLook || !model.earlier.hasMore;
  return messages.length === messages.at(-1)?.seq;
}

/**
 * Loads the whole conversation.
 *
 * @returns a function that prints it; null if it cannot be loaded.
 */
export async function wholeRecord(room: RecordedRoom): Promise<(() => void) | null> {
  const { model, texts } = room;
  // A conversation that is loaded can be printed without a connection. What is missing does not come without one.
  const isThere = isWhole(model) || (!isLost(model) && (await model.loadFrom()));
  const { consultation } = model;
  if (!isThere || consultation === null) return null;
  const title = texts.say('print-heading', { id: consultation.consultationId });
  return () => printRecord(recordView(room, consultation, model.now()), texts, title);
}

const isLost = ({ phase, isUnreachable }: RoomModel): boolean =>
  isUnreachable || (phase !== 'online' && phase !== 'connecting');

/**
 * Puts the record of what is loaded in the place of the page while the browser prints by itself, which waits for
 * nothing. A record that is there already is removed, because some browsers announce one printing twice.
 *
 * @returns null if the room has nothing to show yet.
 */
export function layRecord(room: RecordedRoom): Element | null {
  document.querySelector('body > .record')?.remove();
  const { model, texts } = room;
  if (model.consultation === null) return null;
  const paper = part('div', { class: 'record', lang: texts.language, dir: texts.dir });
  const root = paper.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  root.adoptedStyleSheets = [sheet];
  root.append(recordView(room, model.consultation, model.now()));
  document.body.append(paper);
  return paper;
}

/** Makes an element. What people wrote goes in as text, not as markup. */
function part(
  name: string,
  attributes: Readonly<Record<string, string>>,
  ...inside: readonly (string | Node)[]
): Element {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...inside);
  return element;
}

function groupedByDay(
  messages: readonly Message[],
  dayKey: (at: number) => string,
): readonly (readonly Message[])[] {
  const days = new Map<string, Message[]>();
  for (const message of messages) {
    const key = dayKey(Date.parse(message.sentAt));
    const day = days.get(key);
    if (day === undefined) days.set(key, [message]);
    else day.push(message);
  }
  return [...days.values()];
}

/** Prints the record from a frame of its own, which keeps the page around off the paper and the focus where it is. */
function printRecord(record: Element, texts: Texts, title: string): void {
  // An earlier frame may still be there, because some browsers never say that they have printed.
  document.querySelector('iframe[data-record]')?.remove();
  const frame = document.createElement('iframe');
  frame.style.cssText = 'position:fixed;inset-inline-start:-10000px;width:800px;height:600px;border:0';
  frame.setAttribute('aria-hidden', 'true');
  frame.dataset['record'] = '';
  frame.tabIndex = -1;
  const focused = focusedNow();
  document.body.append(frame);
  const { contentWindow: view, contentDocument: page } = frame;
  if (view === null || page === null) {
    frame.remove();
    return;
  }
  page.documentElement.lang = texts.language;
  page.documentElement.dir = texts.dir;
  page.title = title;
  // The frame's own window has to make the sheet. Unlike a style element, every content security policy allows it.
  const sheet = new (view as unknown as typeof globalThis).CSSStyleSheet();
  sheet.replaceSync(STYLES);
  page.adoptedStyleSheets = [sheet];
  page.body.append(record);
  const giveBack = (): void => {
    if (document.activeElement === frame) focused?.focus();
  };
  view.addEventListener('afterprint', () => {
    giveBack();
    frame.remove();
  });
  view.print();
  giveBack();
}

/** The element that has the focus, also within shadow trees. */
function focusedNow(): HTMLElement | null {
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  return focused as HTMLElement | null;
}
