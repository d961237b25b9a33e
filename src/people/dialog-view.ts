import { html, nothing, type TemplateResult } from 'lit';
import { whomWords } from '../element/room-context.js';
import { isOpen } from '../room/closed-reason.js';
import { LANGUAGES, type Language } from '../texts/languages.js';
import { adoptSheet } from './adopt-sheet.js';
import { unitWords } from './durations.js';
import { ask } from './early-answers.js';
import type { InboxItem } from './inbox-list.js';
import { keptForTab, unsentInTab } from './kept.js';
import type { NoticeWay } from './notices.js';
import { readPageSettings } from './page-settings.js';
import {
  type ChangeDialog,
  chosenItem,
  extendedUntil,
  type PeopleActions,
  type PeopleState,
  whomOf,
} from './people-state.js';
import css from './sheets/later/dialogs.css';

adoptSheet(css);

/** How long a consultation can be extended, in minutes. */
export const EXTENSIONS = [
  [30, 30, 'minute'],
  [60, 1, 'hour'],
  [24 * 60, 1, 'day'],
  [7 * 24 * 60, 7, 'day'],
] as const;

/** After this long (ms), the dialog says that the server has not answered. */
const ANSWER_MS = 15_000;

/**
 * Ends a consultation, or extends it until exactly the moment that the dialog showed.
 *
 * @returns why this was not done or may not have been done; null if it was done.
 */
export async function change(
  { texts, visit, now }: PeopleState,
  { kind, consultationId, minutes }: ChangeDialog,
): Promise<string | null> {
  const until = extendedUntil(visit === null ? null : chosenItem(visit), minutes, now);
  const body = kind === 'extend' ? JSON.stringify({ expiresAt: new Date(until).toISOString() }) : null;
  const path = `consultations/${encodeURIComponent(consultationId)}/${kind}`;
  const headers: Record<string, string> = body === null ? {} : { 'content-type': 'application/json' };
  try {
    const { ok, body: answer } = await ask(readPageSettings().base, keptForTab.read('token'), path, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return ok ? null : texts.room.refusal(answer as { readonly code: string });
  } catch {
    return texts.say('change-unknown');
  }
}

/** Shows the dialog that is open over the page. */
export function dialogView(state: PeopleState, actions: PeopleActions): TemplateResult | typeof nothing {
  const { dialog } = state;
  if (dialog === null) return nothing;
  return dialog.kind === 'settings' ? settingsView(state, actions) : changeView(state, dialog, actions);
}

function settingsView(state: PeopleState, actions: PeopleActions): TemplateResult {
  const { texts, visit } = state;
  return html`<form method="dialog" class="dialog">
    <h2 id="dialog-title">${texts.say('settings')}</h2>
    <label class="row"><span>${texts.say('language')}</span>
      <select @change=${(event: Event) => actions.speak((event.target as HTMLSelectElement).value as Language)}>
        ${LANGUAGES.map((one) => html`<option value=${one} lang=${one} ?selected=${one === texts.room.language}>${nameOf(one)}</option>`)}
      </select>
    </label>
    ${visit === null ? nothing : html`<p>${texts.say('signed-in-as', { name: visit.ownName })}</p> ${noticesView(state, actions)}`}
    <div class="buttons">
      <button class="strong" type="submit">${texts.say('close')}</button>
    </div>
  </form>`;
}

function noticesView(
  { texts, notices }: PeopleState,
  actions: PeopleActions,
): TemplateResult | typeof nothing {
  if (notices === null) return nothing;
  const { whyNot } = notices;
  // The box shows what works, so it stays off until the person has allowed notices and one has been tried.
  const chosen = async (way: NoticeWay, { target }: Event): Promise<void> => {
    const box = target as HTMLInputElement;
    const done = actions.notice(way, box.checked);
    box.checked = notices.isOn(way);
    await done;
    box.checked = notices.isOn(way);
  };
  const choice = (way: NoticeWay, isDisabled: boolean) =>
    html`<label class="check"><input type="checkbox" .checked=${notices.isOn(way)} ?disabled=${isDisabled} @change=${(event: Event) => chosen(way, event)}><span>${texts.say(`notice-${way}`)}</span></label>`;
  return html`<fieldset>
    <legend>${texts.say('notices')}</legend>
    ${choice('sound', false)} ${choice('desktop', whyNot !== null && whyNot !== 'failed')}
    ${whyNot === null ? nothing : html`<p class="hint" role="status">${texts.say(`notice-${whyNot}`)}</p>`}
    <p class="hint">${texts.say('notice-when')}</p>
  </fieldset>`;
}

/** Asks before it ends, extends or signs out. What the server has to answer can only be chosen while it can be reached. */
function changeView(state: PeopleState, dialog: ChangeDialog, actions: PeopleActions): TemplateResult {
  const { texts, visit } = state;
  const { kind, isBusy } = dialog;
  if (kind === 'sign-out') return signOutView(state, actions);
  const item = visit === null ? null : chosenItem(visit);
  // The list may say that the consultation is over before the answer says that it was ended here.
  const hindrance = isBusy ? null : whyNotNow(state, item);
  const failure = dialog.failure ?? hindrance;
  const name = visit === null || item === null ? '' : whomWords(whomOf(state, visit, item));
  const confirm = (event: Event): void => {
    event.preventDefault();
    if (hindrance === null) actions.confirm();
  };
  return html`<form method="dialog" class="dialog" @submit=${confirm}>
    <h2 id="dialog-title">${texts.say(`${kind}-title`)}</h2>
    ${
      kind === 'extend'
        ? html`<p><bdi>${name}</bdi></p> ${extensionView(state, dialog, actions)}`
        : html`<p>${texts.say('end-text', { name })}</p>`
    }
    ${failure === null ? nothing : html`<p class="failure" role="alert">${failure}</p>`}
    <div class="buttons">
      <button class="plain" type="button" @click=${actions.closeDialog}>${texts.say('cancel')}</button>
      <button class=${kind === 'extend' ? 'strong' : 'strong danger'} type="submit" ?disabled=${isBusy || hindrance !== null}>${texts.say(`${kind}-confirm`)}</button>
    </div>
  </form>`;
}

/**
 * Says why this cannot be asked of the server now; null if it can. A connection that is back brings back neither a sign-in that
 * has ended nor a consultation that is over.
 */
function whyNotNow({ texts, visit, now }: PeopleState, item: InboxItem | null): string | null {
  const { room } = texts;
  if (visit?.isSignedOut === true) return `${room.say('signed-out-title')}. ${room.say('signed-out-text')}`;
  if (item !== null && !isOpen(item, now))
    return `${room.say(item.status === 'ended' ? 'closed-ended-title' : 'closed-expired-title')}.`;
  return visit?.client.state.state === 'online' ? null : texts.say('change-offline');
}

/** Says what somebody loses by signing out, as far as the page can tell. */
function signOutView({ texts }: PeopleState, actions: PeopleActions): TemplateResult {
  const { isLeft, isUnconfirmed } = unsentInTab();
  const confirm = (event: Event): void => {
    event.preventDefault();
    actions.signOut();
  };
  return html`<form method="dialog" class="dialog" @submit=${confirm}>
    <h2 id="dialog-title">${texts.say(isLeft ? 'sign-out-title' : 'sign-out-here')}</h2>
    ${isLeft ? html`<p>${texts.say('sign-out-text')}</p>` : nothing}
    ${isUnconfirmed ? html`<p>${texts.say('sign-out-unconfirmed')}</p>` : nothing}
    <div class="buttons">
      <button class="plain" type="button" @click=${actions.closeDialog}>${texts.say('cancel')}</button>
      <button class=${isLeft || isUnconfirmed ? 'strong danger' : 'strong'} type="submit">${texts.say(isLeft ? 'sign-out-confirm' : 'sign-out')}</button>
    </div>
  </form>`;
}

function extensionView(
  { texts, now, visit }: PeopleState,
  { minutes }: ChangeDialog,
  actions: PeopleActions,
): TemplateResult {
  const until = texts.room.moment(
    extendedUntil(visit === null ? null : chosenItem(visit), minutes, now),
    now,
  );
  return html`<fieldset>
      <legend>${texts.say('extend-for')}</legend>
      ${EXTENSIONS.map(
        ([length, count, unit]) =>
          html`<label class="check"><input type="radio" name="minutes" .checked=${length === minutes} @change=${() => actions.chooseMinutes(length)}><span>${unitWords(count, unit, texts.room.locale)}</span></label>`,
      )}
    </fieldset>
    <p role="status">${texts.say('extend-until', { moment: until })}</p>`;
}

/** Returns the name of a language in that language, with a capital at the beginning. */
function nameOf(language: Language): string {
  const name = new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language;
  return name.replace(/^\p{L}/u, (letter) => letter.toLocaleUpperCase(language));
}
