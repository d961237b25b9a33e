import { html, nothing, type TemplateResult } from 'lit';
import { dutyEnd } from './hours.js';
import { chosenItem, type PeopleActions, type PeopleState, type VisitState, whomOf } from './people-state.js';
import { waitingView } from './waiting-view.js';

/** The room, and for a patient what there is to know while waiting. */
export function roomPane(state: PeopleState, visit: VisitState, actions: PeopleActions): TemplateResult {
  const { texts, now } = state;
  const { chosen, side, client, hours } = visit;
  if (chosen === null)
    return html`<section class="room-pane none">
      ${visit.inbox.items.length === 0 ? nothing : html`<div class="empty"><h2>${texts.say('choose-title')}</h2><p>${texts.say('choose-text')}</p></div>`}
    </section>`;
  const item = chosenItem(visit);
  const href = visit.hrefOf(null);
  return html`<section class="room-pane" id="room">
    ${side === 'user' ? waitingView(state, visit, item, actions) : nothing}
    <consultation-chat server=${href} .client=${client} consultation=${chosen} as=${side === 'doctor' ? 'doctor' : 'patient'} lang=${texts.room.language} .firstLook=${visit.firstLook} .dutyUntil=${hours === null ? null : dutyEnd(hours, now)} .dutyZone=${hours?.timeZone} .loadRecord=${actions.loadRecord} .whom=${item === null ? null : whomOf(state, visit, item)}><a slot="way-out" class="strong" href=${href} @click=${(event: Event) => actions.open(null, event)}>${texts.say('back-to-list')}</a></consultation-chat>
  </section>`;
}
