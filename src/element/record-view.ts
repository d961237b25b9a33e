import type { Consultation, Message, Person } from '../protocol/wire.js';
import type { Texts } from '../texts/texts.js';

/** As far as a room has it. */
export interface LoadedRecord {
  readonly consultation: Consultation;
  readonly messages: readonly Message[];
  /** Whether that is everything that was said. */
  readonly isWhole: boolean;
  readonly texts: Texts;
}

const STYLES = `
  @page { margin: 18mm 16mm; }
  body, :host { font: 11pt/1.45 system-ui, sans-serif; color: #000; margin: 0; }
  h1 { font-size: 15pt; margin: 0 0 4pt; } h2 { font-size: 11pt; margin: 14pt 0 4pt; border-bottom: 1px solid #999; break-after: avoid; }
  .facts { margin: 0; color: #333; } dl { margin: 0; }
  .line { display: grid; grid-template-columns: 13em 1fr; gap: 0 10pt; padding: 3pt 0; break-inside: avoid-page; }
  dt { font-weight: 600; } dt time { font-weight: 400; margin-inline-end: 6pt; } dd { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
`;

/** The whole conversation for the record: who, when, in which zone, and everything that was said. */
export function recordView(
  consultation: Consultation,
  messages: readonly Message[],
  texts: Texts,
  now: number,
): Element {
  const { moments } = texts;
  // Paper goes into a file: a name alone would not say whose.
  const named = ({ name, id }: Person): string => `${name}, ${id}`;
  const parties = { patient: named(consultation.user), doctor: named(consultation.doctor) };
  const moment = texts.say('date-and-time', { date: moments.date(now), time: moments.clock(now) });
  const record = part('main', {});
  record.append(
    part('h1', {}, texts.say('print-heading', { id: consultation.consultationId })),
    part('p', { class: 'facts' }, texts.say('print-parties', parties)),
    part(
      'p',
      { class: 'facts' },
      `${texts.say('print-count', { count: messages.length })}. ${texts.say('print-zone', { zone: moments.timeZone, moment })}`,
    ),
  );
  for (const day of groupedByDay(messages, moments.dayKey)) {
    const lines = day.map(({ sentAt, sender, content }) =>
      part(
        'div',
        { class: 'line' },
        part(
          'dt',
          {},
          part('time', { datetime: sentAt }, moments.clock(Date.parse(sentAt))),
          ` ${consultation[sender].name}`,
        ),
        part('dd', { dir: 'auto' }, content),
      ),
    );
    record.append(part('h2', {}, moments.date(Date.parse(day[0]?.sentAt ?? ''))), part('dl', {}, ...lines));
  }
  return record;
}

/** The record of what is loaded, in the place of the page, while the browser prints by itself: that waits for nothing. */
export function layRecord({ consultation, messages, isWhole, texts }: LoadedRecord): Element {
  const record = recordView(consultation, messages, texts, Date.now());
  if (!isWhole) record.firstElementChild?.after(part('p', { class: 'facts' }, texts.say('print-part')));
  const paper = part('div', { class: 'record', lang: texts.language, dir: texts.dir });
  const root = paper.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  root.adoptedStyleSheets = [sheet];
  root.append(record);
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

/** Prints it from a frame of its own: whatever page is around stays off the paper. */
export function printRecord(record: Element, texts: Texts, title: string): void {
  const frame = document.createElement('iframe');
  frame.style.cssText = 'position:fixed;inset-inline-start:-10000px;width:800px;height:600px;border:0';
  frame.setAttribute('aria-hidden', 'true');
  frame.tabIndex = -1;
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
  view.addEventListener('afterprint', () => frame.remove());
  view.focus();
  view.print();
}
