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

/** What makes the record. */
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

/** Who, when, in which zone, how it stands, and what was said; what is missing, and what was not sent, is said to be so. */
function recordView({ model, texts }: RecordedRoom, consultation: Consultation, now: number): Element {
  const { moments } = texts;
  const messages = model.messages();
  const unsent = unsentIn(model, texts);
  // Paper goes into a file: a name alone would not say whose.
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
  /** Whether the date stands at each, and not above all of them. */
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

/** Whether it takes messages, and until when, or since when it does not. */
function stateWords(consultation: Consultation, texts: Texts, now: number): string {
  const moment = momentOf(Date.parse(consultation.expiresAt), texts);
  if (consultation.status === 'ended') return `${texts.say('ended')}.`;
  return `${texts.say(isOpen(consultation, now) ? 'open-until' : 'ran-out', { moment })}.`;
}

/** Written here, and not known to have arrived. */
function unsentIn(model: RoomModel, { moments }: Texts): readonly OutgoingMessage[] {
  return model
    .entries(moments.dayKey)
    .flatMap((entry) => (entry.kind === 'outgoing' ? [entry.outgoing] : []))
    .filter(({ progress }) => progress.state !== 'stored');
}

/** Whether the room has heard everything by now. */
const isConnected = ({ phase, stage }: RoomModel): boolean => phase === 'online' && stage === 'open';

/** Whether everything is loaded that was said, as far as the room has heard: numbers begin at 1 and have no gap. */
function isWhole(model: RoomModel): boolean {
  const messages = model.messages();
  if (messages.length === 0) return model.isFirstLook || !model.earlier.hasMore;
  return messages.length === messages.at(-1)?.seq;
}

/**
 * Loads the whole conversation.
 *
 * @returns what prints it; null where it cannot be loaded.
 */
export async function wholeRecord(room: RecordedRoom): Promise<(() => void) | null> {
  const { model, texts } = room;
  // What is there is printed without a connection, too; what is not there does not come then.
  const isThere = isWhole(model) || (!isLost(model) && (await model.loadFrom()));
  const { consultation } = model;
  if (!isThere || consultation === null) return null;
  const title = texts.say('print-heading', { id: consultation.consultationId });
  return () => printRecord(recordView(room, consultation, Date.now()), texts, title);
}

const isLost = ({ phase, isUnreachable }: RoomModel): boolean =>
  isUnreachable || (phase !== 'online' && phase !== 'connecting');

/**
 * The record of what is loaded, in the place of the page, while the browser prints by itself: that waits for nothing. There
 * is never more than one: some browsers announce one printing twice.
 *
 * @returns null where the room has nothing to show yet.
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
  root.append(recordView(room, model.consultation, Date.now()));
  document.body.append(paper);
  return paper;
}

/** What people wrote goes in as text. */
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

/** Prints it from a frame of its own: whatever page is around stays off the paper, and the focus where it is. */
function printRecord(record: Element, texts: Texts, title: string): void {
  // Some browsers never say that they have printed.
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
  // Made of the frame's own document, and allowed under every policy, unlike a style element.
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

/** Within shadow trees, too. */
function focusedNow(): HTMLElement | null {
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  return focused as HTMLElement | null;
}
