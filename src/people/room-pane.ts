import { html, nothing, type TemplateResult } from 'lit';
import { isOpen } from '../room/closed-reason.js';
import { dutyEnd } from './hours.js';
import type { InboxItem } from './inbox-list.js';
import {
  chosenItem,
  type PeopleActions,
  type PeopleState,
  type VisitState,
  wayBack,
  whomOf,
} from './people-state.js';

/** Shows the room, and for a patient the waiting room above it. */
export function roomPane(state: PeopleState, visit: VisitState, actions: PeopleActions): TemplateResult {
  const { texts, now } = state;
  const { chosen, side, client, hours } = visit;
  if (chosen === null)
    return html`<section class="room-pane none">
      ${visit.inbox.items.length === 0 ? nothing : html`<div class="empty"><h2>${texts.say('choose-title')}</h2><p>${texts.say('choose-text')}</p></div>`}
    </section>`;
  const item = chosenItem(visit);
  const back = wayBack(visit);
  return html`<section class="room-pane" id="room">
    ${side === 'user' ? waitingRoom(state, visit, item) : nothing}
    <consultation-chat server=${visit.hrefOf(null)} .client=${client} consultation=${chosen} as=${side === 'doctor' ? 'doctor' : 'patient'} lang=${texts.room.language} .firstLook=${visit.firstLook} .dutyUntil=${hours == null ? null : dutyEnd(hours, now)} .dutyZone=${hours?.timeZone} .loadRecord=${actions.loadRecord} .whom=${item === null ? null : whomOf(state, visit, item)}><a slot="way-out" class="strong" href=${visit.hrefOf(back)} @click=${(event: Event) => actions.open(back, event)}>${texts.say(back === null ? 'back-to-list' : 'to-conversation')}</a></consultation-chat>
  </section>`;
}

/** The place of the waiting room is kept while it is not known whether there is one, so that nothing moves then. */
function waitingRoom(state: PeopleState, visit: VisitState, item: InboxItem | null): unknown {
  const { later, now } = state;
  const known = item ?? visit.firstLook?.consultation ?? null;
  if (known !== null ? !isOpen(known, now) : visit.inbox.stage !== 'loading') return nothing;
  const shown = item === null ? null : later.waitingView?.(state, visit, item);
  return shown ?? (later.hasFailed ? nothing : html`<div class="waiting-space"></div>`);
}
