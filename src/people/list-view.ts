import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { isOpen } from '../room/closed-reason.js';
import { initials } from '../room/initials.js';
import { otherSide } from '../room/other-side.js';
import type { PeopleTexts } from '../texts/people-texts.js';
import { durationWords } from './durations.js';
import { searchIcon } from './icons.js';
import { type InboxItem, ordered } from './inbox-list.js';
import { type PeopleActions, type PeopleState, type VisitState, whomOf } from './people-state.js';

/** A doctor can still extend a consultation that runs out within this time (ms), and is told of it. */
const SOON_MS = 3_600_000;
/** The search appears when the list has more conversations than this. */
const SEARCH_FROM = 6;

/** Shows who waits and since when, and how much is unread. */
export function listView(state: PeopleState, visit: VisitState, actions: PeopleActions): TemplateResult {
  const { texts } = state;
  const { side, inbox } = visit;
  const isLong = inbox.items.length >= SEARCH_FROM || inbox.hasMore || visit.search !== '';
  return html`<section class="list" aria-labelledby="list-title" data-stage=${inbox.stage}>
    <div class="list-head">
      <h2 id="list-title">${texts.say(side === 'doctor' ? 'inbox' : 'own-conversations')}</h2>
      ${side === 'doctor' && inbox.items.length > 1 ? sortView(state, visit, actions) : nothing}
      ${isLong ? searchView(state, visit, actions) : nothing}
    </div>
    ${stageView(state, visit)} ${itemsView(state, visit, actions)}
  </section>`;
}

function sortView({ texts }: PeopleState, { sort }: VisitState, actions: PeopleActions): TemplateResult {
  return html`<select class="sort" aria-label=${texts.say('sort-label')} .value=${sort}
    @change=${(event: Event) => actions.sort((event.target as HTMLSelectElement).value as 'waiting')}>
    <option value="waiting" ?selected=${sort === 'waiting'}>${texts.say('sort-waiting')}</option>
    <option value="activity" ?selected=${sort === 'activity'}>${texts.say('sort-activity')}</option>
  </select>`;
}

function searchView({ texts }: PeopleState, { search }: VisitState, actions: PeopleActions): TemplateResult {
  return html`<div class="search">
    ${searchIcon}<input id="search" type="search" enterkeyhint="search" autocomplete="off" aria-label=${texts.say('search-label')} placeholder=${texts.say('search-label')} .value=${search}
      @input=${(event: Event) => actions.search((event.target as HTMLInputElement).value)} @keydown=${actions.listKey}>
  </div>`;
}

/** Says why the list may be out of date. */
function stageView(
  { texts }: PeopleState,
  { inbox, isSignedOut }: VisitState,
): TemplateResult | typeof nothing {
  if (isSignedOut)
    return html`<div class="warning" role="alert"><strong>${texts.room.say('signed-out-title')}</strong> ${texts.room.say('signed-out-text')}</div>`;
  if (inbox.stage === 'offline' && inbox.asOf !== null)
    return html`<p class="warning" role="status">${texts.say('list-offline', { time: texts.room.moments.clock(inbox.asOf) })}</p>`;
  if (inbox.stage === 'refused')
    return html`<div class="warning" role="alert"><strong>${texts.say('list-refused')}</strong> ${texts.room.refusal({ code: inbox.code ?? '' })}</div>`;
  return nothing;
}

function itemsView(
  state: PeopleState,
  visit: VisitState,
  actions: PeopleActions,
): TemplateResult | typeof nothing {
  const { texts, later } = state;
  const { side, inbox, sort, search } = visit;
  // The list stays empty until the part that finds names is loaded, because Enter opens the first row.
  const isFound = search.trim() === '' ? () => true : later.createNameSearch?.(search);
  if (
    isFound === undefined ||
    inbox.stage === 'loading' ||
    (inbox.items.length === 0 && inbox.stage === 'offline')
  )
    return html`<p class="quiet" role="status">${visit.isUnreachable ? texts.room.say('unreachable') : texts.say('list-loading')}</p>`;
  if (inbox.stage === 'refused' && inbox.items.length === 0) return nothing;
  if (inbox.items.length === 0)
    return html`<div class="empty">
      <h3>${texts.say(`empty-${side === 'doctor' ? 'doctor' : 'patient'}-title`)}</h3>
      <p>${texts.say(`empty-${side === 'doctor' ? 'doctor' : 'patient'}-text`)}</p>
    </div>`;
  const items = ordered(inbox.items, sort, state.now).filter((item) => isFound(item[otherSide(side)].name));
  const stop = tabStop(items, visit.chosen);
  return html`<ul class="items" @keydown=${actions.listKey} @focusin=${actions.listKey}>
      ${repeat(
        items,
        ({ consultationId }) => consultationId,
        (item) => itemView(state, visit, item, actions, item.consultationId === stop),
      )}
    </ul>
    ${items.length === 0 ? html`<p class="quiet" role="status">${texts.say('search-none', { count: inbox.items.length })}</p>` : nothing}
    ${inbox.hasMore ? html`<button class="plain more" type="button" @click=${actions.loadMore}>${texts.say('load-more')}</button>` : nothing}`;
}

/** The one row that Tab stops at: the one with the focus, the chosen one, or the first. Arrow keys lead to the others. */
function tabStop(items: readonly InboxItem[], chosen: string | null): string | undefined {
  const ids: readonly unknown[] = items.map(({ consultationId }) => consultationId);
  const focused = (document.activeElement as HTMLElement | null)?.dataset['id'];
  return [focused, chosen, ids[0]].find((id) => ids.includes(id)) as string | undefined;
}

function itemView(
  state: PeopleState,
  visit: VisitState,
  item: InboxItem,
  actions: PeopleActions,
  isStop: boolean,
): TemplateResult {
  const { texts } = state;
  const { consultationId, unread } = item;
  const other = otherSide(visit.side);
  const { name, label } = whomOf(state, visit, item);
  // Without a connection nobody knows who is present now.
  const isHere = visit.inbox.stage === 'live' && item.present.includes(other);
  const unsent = visit.unsentIn(consultationId);
  const [first = '', ...others] =
    unsent === null
      ? underlines(state, visit, item)
      : [texts.room.say(`delivery-${unsent === 'waiting' && visit.isSignedOut ? 'signed-out' : unsent}`)];
  const begun = visit.hasDraftIn(consultationId) ? `${texts.say('draft')} · ${first}` : first;
  return html`<li>
    <a class="item" href=${visit.hrefOf(consultationId)} tabindex=${isStop ? 0 : -1} data-id=${consultationId} data-over=${!isOpen(item, state.now)} data-waits=${visit.side === 'doctor' && item.waitingSince !== null && isOpen(item, state.now)} data-unsent=${unsent !== null}
      aria-current=${visit.chosen === consultationId ? 'page' : nothing} @click=${(event: Event) => actions.open(consultationId, event)}>
      <span class="avatar" aria-hidden="true">${initials(name)}${isHere ? html`<i class="here-dot"></i>` : nothing}</span>
      <span class="item-words">
        <span class="item-name"><bdi>${name}</bdi></span>
        ${label === '' ? nothing : underline(texts, '', label)}${underline(texts, 'item-now', begun)}${others.map((line) => underline(texts, '', line))}
        ${isHere ? html`<span class="hidden">${texts.room.say('comma')} ${texts.room.say('presence-here')}</span>` : nothing}
      </span>
      ${unreadView(texts, unread)}
    </a>
  </li>`;
}

/** @param name the class of the line, after what it says. */
const underline = ({ room }: PeopleTexts, name: string, line: string): TemplateResult =>
  html`<span class="item-under ${name}"><span class="hidden">${room.say('comma')} </span><bdi>${line}</bdi></span>`;

/** Shows how much is unread, beside the thing that it counts for. */
export function unreadView(texts: PeopleTexts, count: number): TemplateResult | typeof nothing {
  return count === 0
    ? nothing
    : html`<span class="count" aria-hidden="true">${count > 99 ? '99+' : count}</span><span class="hidden">${texts.room.say('comma')} ${texts.say('unread-count', { count })}</span>`;
}

/** Beyond so many letters, a moment is too long for one line of a narrow row. */
const ONE_LINE = 24;

/** Keeps a short moment, such as `yesterday at 14:44`, on one line, and of a longer one the time. */
const onOneLine = (moment: string): string =>
  moment.replace(moment.length > ONE_LINE ? / (?=[^ ]* ?[^ ]*$)/g : / /g, '\u00A0');

/**
 * The lines with what matters most about a conversation now. Patients also read how long they can write, and doctors if that
 * is not long.
 */
function underlines({ texts, now }: PeopleState, visit: VisitState, item: InboxItem): string[] {
  const { room } = texts;
  const { side, inbox } = visit;
  const { status, waitingSince, lastMessageAt } = item;
  const expiresAt = Date.parse(item.expiresAt);
  const momentOf = (at: number): string => onOneLine(room.moment(at, now));
  const expiry = { moment: momentOf(expiresAt) };
  if (status === 'ended') return [room.say('ended')];
  if (!isOpen(item, now)) return [room.say('ran-out', expiry)];
  const end = side === 'user' || expiresAt - now < SOON_MS ? [texts.say('runs-out', expiry)] : [];
  // An old list tells who was waiting at its time, and not now.
  const asOf = inbox.stage === 'live' ? now : (inbox.asOf ?? now);
  if (side === 'doctor' && waitingSince !== null) {
    const duration = durationWords(asOf - Date.parse(waitingSince), room.locale);
    return [
      duration === null ? texts.say('waiting-briefly') : texts.say('waiting-for', { duration }),
      ...end,
    ];
  }
  const last =
    lastMessageAt === null
      ? texts.say('nothing-said')
      : texts.say('last-message', { moment: momentOf(Date.parse(lastMessageAt)) });
  return [
    ...(side === 'user' && visit.isOffDuty(item.doctor.id) ? [room.say('duty-off')] : []),
    last,
    ...end,
  ];
}
