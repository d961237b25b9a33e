import { html, nothing, type TemplateResult } from 'lit';
import { adoptSheet } from './adopt-sheet.js';
import type { Hours } from './hours.js';
import { hoursView } from './hours-view.js';
import { clockIcon } from './icons.js';
import type { InboxItem } from './inbox-list.js';
import type { PeopleState, VisitState } from './people-state.js';
import css from './sheets/later/waiting.css';

adoptSheet(css);

/**
 * Says whether somebody has answered, how many patients are ahead, and when the doctor is on duty. It makes no promises. The
 * room below says when messages can be sent, and whether the consultation will still be open then.
 *
 * @param item a consultation that is open.
 * @returns null while it is not known whether there is anything to say.
 */
export function waitingView(
  state: PeopleState,
  visit: VisitState,
  item: InboxItem,
): TemplateResult | typeof nothing | null {
  const { texts, now } = state;
  const hours = hoursBefore(visit.hours, Date.parse(item.expiresAt), now);
  const { waitingSince, ahead } = item;
  // Answers and the number of patients ahead are known only with a connection, and nobody's turn comes while the doctor is away.
  const lines =
    waitingSince === null || visit.inbox.stage !== 'live'
      ? []
      : [
          texts.say('waiting-wrote', { moment: texts.room.moment(Date.parse(waitingSince), now) }),
          ...(ahead === null || visit.duty !== 'on' ? [] : [texts.say('waiting-ahead', { count: ahead })]),
        ];
  if (lines.length === 0 && hours === null) return visit.hours === undefined ? null : nothing;
  const title = texts.say('hours-title', { name: item.doctor.name });
  return html`<details class="waiting" aria-label=${title}>
    <summary>${clockIcon}<span><span role="status">${lines.join(' ')}</span>${lines.length === 0 ? title : nothing}</span></summary>
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
