import { html, nothing, type TemplateResult } from 'lit';
import type { Announcer } from '../element/announcer.js';
import { adoptSheet } from './adopt-sheet.js';
import type { Hours } from './hours.js';
import { hoursView } from './hours-view.js';
import { clockIcon } from './icons.js';
import type { InboxItem } from './inbox-list.js';
import type { PeopleState, VisitState, WaitingView } from './people-state.js';
import css from './sheets/later/waiting.css';

adoptSheet(css);

/** What was last said of a conversation. A connection that was lost changes nothing about it. */
interface Said {
  readonly waitingSince: string | null;
  readonly ahead: string;
}

/**
 * Reads out what is new: that a message waits for an answer, and how many patients are ahead. What somebody finds when
 * they come is not read out, and nothing is read out again because it was not known for a while.
 */
export function createWaitingView(announcer: Announcer): WaitingView {
  const said = new Map<string, Said>();
  return (state, visit, item) => {
    const lines = linesOf(state, visit, item);
    if (visit.inbox.stage === 'live') {
      const before = said.get(item.consultationId);
      const now = saidNow(item, lines, before);
      said.set(item.consultationId, now);
      const news = newsIn(now, before, lines);
      if (news !== '') announcer.say(news);
    }
    return waitingView(state, visit, item, lines);
  };
}

function saidNow(
  { waitingSince }: InboxItem,
  [, ahead = '']: readonly string[],
  before: Said | undefined,
): Said {
  const isSame = before?.waitingSince === waitingSince;
  return { waitingSince, ahead: ahead || (isSame ? before.ahead : '') };
}

function newsIn(now: Said, before: Said | undefined, [wrote = '']: readonly string[]): string {
  if (before === undefined) return '';
  const isAnother = now.waitingSince !== before.waitingSince;
  return [isAnother ? wrote : '', now.ahead === before.ahead ? '' : now.ahead].filter(Boolean).join(' ');
}

/** Answers and the number of patients ahead are known only with a connection, and nobody's turn comes while the doctor is away. */
function linesOf(
  { texts, now }: PeopleState,
  { inbox, duty }: VisitState,
  { waitingSince, ahead }: InboxItem,
): readonly string[] {
  if (waitingSince === null || inbox.stage !== 'live') return [];
  return [
    texts.say('waiting-wrote', { moment: texts.room.moment(Date.parse(waitingSince), now) }),
    ...(ahead === null || duty !== 'on' ? [] : [texts.say('waiting-ahead', { count: ahead })]),
  ];
}

/**
 * Says whether somebody has answered, how many patients are ahead, and when the doctor is on duty. It makes no promises. The
 * room below says when messages can be sent, and whether the consultation will still be open then.
 *
 * @param item a consultation that is open.
 * @returns null while it is not known whether there is anything to say.
 */
function waitingView(
  state: PeopleState,
  visit: VisitState,
  item: InboxItem,
  lines: readonly string[],
): TemplateResult | typeof nothing | null {
  const { texts, now } = state;
  const hours = hoursBefore(visit.hours, Date.parse(item.expiresAt), now);
  if (lines.length === 0 && hours === null) return visit.hours === undefined ? null : nothing;
  const title = texts.say('hours-title', { name: item.doctor.name });
  return html`<details class="waiting" aria-label=${title}>
    <summary>${clockIcon}<span>${lines.length === 0 ? title : lines.join(' ')}</span></summary>
    <div class="waiting-more">
      ${lines.length === 0 ? nothing : html`<p>${texts.say('waiting-away')}</p>${hours === null ? nothing : html`<h2>${title}</h2>`}`}
      ${hours === null ? nothing : hoursView(state, hours, item.doctor.name)}
    </div>
  </details>`;
}

/** Returns the hours that begin before the consultation runs out; null if there are none, as far as that is known. */
function hoursBefore(hours: Hours | null | undefined, expiresAt: number, now: number): Hours | null {
  if (hours == null) return null;
  const intervals = hours.intervals.filter(({ from, to }) => to > now && from < expiresAt);
  return intervals.length === 0 && expiresAt <= hours.asked.to ? null : { ...hours, intervals };
}
