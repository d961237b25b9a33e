import { html, nothing, type TemplateResult } from 'lit';
import { isOpen } from '../room/closed-reason.js';
import { backIcon, markIcon, settingsIcon } from './icons.js';
import { unreadTotal } from './inbox-list.js';
import { listView, unreadView } from './list-view.js';
import {
  chosenItem,
  type PeopleActions,
  type PeopleState,
  type VisitState,
  wayBack,
} from './people-state.js';
import { roomPane } from './room-pane.js';

/** The whole page. */
export function peopleView(state: PeopleState, actions: PeopleActions): TemplateResult {
  const { visit } = state;
  // The event comes a little later, when another dialog may be open already.
  const closed = ({ target }: Event): void => {
    if (!(target as HTMLDialogElement).open) actions.closeDialog();
  };
  return html`${barView(state, actions)}
    ${visit === null ? html`<main class="centre">${signInView(state, actions)}</main>` : visitView(state, visit, actions)}
    <dialog id="dialog" aria-labelledby="dialog-title" @close=${closed}>
      ${dialogView(state, actions)}
    </dialog>`;
}

/** Shows the part for those who are not signed in, which is loaded when needed. It is not needed to say that somebody has left. */
function signInView(state: PeopleState, actions: PeopleActions): unknown {
  const { signIn, later, texts } = state;
  const hasLeft = 'hasLeft' in signIn;
  if (signIn.kind !== 'unreachable' && (later.signInView !== undefined || !(hasLeft || later.hasFailed)))
    return later.signInView?.(state, actions) ?? nothing;
  const words = hasLeft ? texts.say('left-text') : texts.room.say('unreachable');
  return html`<div class="card" role="status"><p>${words}</p></div>`;
}

/**
 * Shows a dialog. The part for dialogs is loaded ahead of time, or when somebody opens one. If it could not be loaded, the
 * dialog only says that there is no network. Signing out needs no server, so its question is always here.
 */
function dialogView(state: PeopleState, actions: PeopleActions): unknown {
  const { dialog, later, texts } = state;
  if (dialog === null) return nothing;
  const { kind } = dialog;
  const leaves = kind === 'sign-out';
  return (
    later.dialogView?.(state, actions) ??
    html`<form method="dialog" class="dialog">
      <h2 id="dialog-title">${texts.say(kind)}</h2>
      <p role="alert">${leaves ? texts.say('sign-out-plain') : texts.room.say('unreachable')}</p>
      <div class="buttons">
        <button class=${leaves ? 'plain' : 'strong'} type="submit">${texts.say('close')}</button>
        ${leaves ? html`<button class="strong danger" type="button" @click=${actions.signOut}>${texts.say(kind)}</button>` : nothing}
      </div>
    </form>`
  );
}

/** Shows the list with the room beside it. A phone shows only one of them at a time. */
function visitView(state: PeopleState, visit: VisitState, actions: PeopleActions): TemplateResult {
  const hasList = showsList(visit);
  const isEmpty = visit.chosen === null && visit.inbox.items.length === 0;
  return html`<main class="panes" data-empty=${isEmpty} data-shows=${visit.chosen === null ? 'list' : 'room'} data-list=${hasList}>
    ${hasList ? listView(state, visit, actions) : nothing} ${roomPane(state, visit, actions)}
  </main>`;
}

/** Whether there is a list. A patient with a single conversation is always in it, and needs none. */
export function showsList({ side, chosen, inbox, hasOthers }: VisitState): boolean {
  if (side === 'doctor' || chosen === null) return true;
  const isOwn = inbox.items.some(({ consultationId }) => consultationId === chosen);
  // Where it is known that there will be a list, its place is kept, so that nothing moves when it comes.
  return (
    inbox.items.length > 1 || (inbox.stage === 'live' && !isOwn) || (inbox.stage === 'loading' && hasOthers)
  );
}

function barView(state: PeopleState, actions: PeopleActions): TemplateResult {
  const { visit, texts } = state;
  const hasBack = visit !== null && visit.chosen !== null && showsList(visit);
  const settings = html`<button class="round" type="button" title=${texts.say('settings')} aria-label=${texts.say('settings')} @click=${() => actions.show('settings')}>${settingsIcon}</button>`;
  return html`<header class="bar">
    ${hasBack ? backView(state, visit, actions) : nothing}
    <h1 class="brand" data-with-back=${hasBack}>${markIcon}<span>${texts.say('app-name')}</span></h1>
    ${
      visit === null
        ? settings
        : html`${doctorActions(state, visit, actions)}
          <div class="ends">
            <bdi class="me">${visit.ownName}</bdi>
            <button class="plain leave" type="button" @click=${() => actions.show('sign-out')}>${texts.say('sign-out')}</button>${settings}
          </div>`
    }
  </header>`;
}

function backView({ texts }: PeopleState, visit: VisitState, actions: PeopleActions): TemplateResult {
  const { inbox, chosen, hrefOf } = visit;
  const back = wayBack(visit);
  const elsewhere = unreadTotal(inbox.items, chosen);
  return html`<a class="back" href=${hrefOf(back)} @click=${(event: Event) => actions.open(back, event)}>
    ${backIcon}<span class="hidden">${texts.say(back === null ? 'back-to-list' : 'to-conversation')}</span>${unreadView(texts, elsewhere)}
  </a>`;
}

function doctorActions(
  { texts, now }: PeopleState,
  visit: VisitState,
  actions: PeopleActions,
): TemplateResult | typeof nothing {
  const item = chosenItem(visit);
  if (visit.side !== 'doctor' || item === null || !isOpen(item, now)) return nothing;
  return html`<div class="actions">
    <button class="plain" type="button" @click=${() => actions.show('extend')}>${texts.say('extend')}</button>
    <button class="plain danger" type="button" @click=${() => actions.show('end')}>${texts.say('end')}</button>
  </div>`;
}
