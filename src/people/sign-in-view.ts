import { html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { adoptSheet } from './adopt-sheet.js';
import type { Person } from './api.js';
import { demoPeopleView } from './demo-view.js';
import { ask } from './early-answers.js';
import { keptForTab, unsentInTab } from './kept.js';
import { readPageSettings } from './page-settings.js';
import type { DemoPeople, PeopleActions, PeopleState } from './people-state.js';
import css from './sheets/later/sign-in.css';
import type { Named } from './sign-in.js';

adoptSheet(css);

const SENTENCES = {
  needed: ['link-needed-title', 'link-needed-text'],
  refused: ['link-refused-title', 'link-refused-text'],
  'wrong-role': ['wrong-role-title', 'wrong-role-text'],
} as const;

/** In the place of everything, while the server lets nobody in: why, and what to do. */
export function signInView(state: PeopleState, actions: PeopleActions): TemplateResult | typeof nothing {
  const { texts, signIn } = state;
  switch (signIn.kind) {
    case 'in':
    case 'checking':
    case 'unreachable':
      return nothing;
    case 'another':
      return anotherView(state, signIn, actions);
    case 'chooses':
      return demoView(state, actions);
    case 'ended':
      return endedView(state, actions);
    case 'needed':
    case 'refused':
    case 'wrong-role': {
      const [title, text] = SENTENCES[signIn.kind];
      return html`<div class="card" role="alert">
        <h2>${texts.say(title)}</h2>
        <p>${texts.say(text)}</p>
        ${leftView(state)} ${wayBackView(state, actions)}
      </div>`;
    }
  }
}

/** As the room says it, and what is kept where anything is. */
function endedView(state: PeopleState, actions: PeopleActions): TemplateResult {
  const { room } = state.texts;
  const { isLeft, isUnconfirmed } = unsentInTab();
  return html`<div class="card" role="alert">
    <h2>${room.say('signed-out-title')}</h2>
    <p>${room.say('signed-out-text')}</p>
    ${isLeft || isUnconfirmed ? html`<p>${room.say('signed-out-kept')}</p>` : nothing}
    ${wayBackView(state, actions)}
  </div>`;
}

/** A link that lets nobody in ends no other sign-in of this tab: whoever was here goes on as before. */
function wayBackView({ texts }: PeopleState, actions: PeopleActions): TemplateResult | typeof nothing {
  const known = keptForTab.read('token-of-person');
  if (known === null || known === keptForTab.read('token')) return nothing;
  const isDoctor = keptForTab.read('person')?.startsWith('doctor ') ?? false;
  return html`<div class="buttons">
    <button class="strong" type="button" @click=${() => actions.changePerson(false)}>${texts.say(isDoctor ? 'back-to-list' : 'to-conversation')}</button>
  </div>`;
}

/** The token is the tab's, and so is its end. */
function leftView({ texts, signIn }: PeopleState): TemplateResult | typeof nothing {
  return 'hasLeft' in signIn ? html`<p role="status">${texts.say('left-text')}</p>` : nothing;
}

/** What had the focus has gone with the page before: on what changes nothing, an answer can be chosen at once. */
function focusOnceThere(button?: Element): void {
  if (button instanceof HTMLElement) queueMicrotask(() => button.focus());
}

/** Who they are, as far as that is known, and what is lost of whom. */
function anotherView(
  { texts }: PeopleState,
  { before, next }: { readonly before: Named; readonly next: Named },
  actions: PeopleActions,
): TemplateResult {
  const { isLeft, isUnconfirmed } = unsentInTab();
  // A person without a name that is known has an id all the same.
  const nameOf = ({ id, name }: Named): string =>
    name !== null && before.name === next.name ? `${name} (${id})` : (name ?? id);
  const named = (id: 'another-before' | 'another-next', one: Named) =>
    html`<p>${texts.say(id, { name: nameOf(one) })}</p>`;
  return html`<div class="card" role="alert">
    <h2>${texts.say('another-title')}</h2>
    <p>${texts.say('another-text')}</p>
    ${named('another-before', before)} ${named('another-next', next)}
    ${isLeft ? html`<p>${texts.say('another-unsent')}</p>` : nothing}
    ${isUnconfirmed ? html`<p>${texts.say('another-unconfirmed')}</p>` : nothing}
    <div class="buttons">
      <button class="plain" type="button" ${ref(focusOnceThere)} @click=${() => actions.changePerson(false)}>${texts.say('another-go-back')}</button>
      <button class="strong danger" type="button" @click=${() => actions.changePerson(true)}>${texts.say(isLeft ? 'another-go-on' : 'another-continue')}</button>
    </div>
  </div>`;
}

async function demoPersons(kind: 'doctors' | 'patients'): Promise<readonly Person[]> {
  const { ok, body } = await ask(readPageSettings().base, null, `${kind}?limit=50`);
  if (!ok) throw new Error(`${kind} were refused`);
  return (body as { readonly items: readonly Person[] }).items;
}

/** Those who can be chosen in the demo, the first of each. */
export async function demoPeople(): Promise<DemoPeople | 'failed'> {
  try {
    const [doctors, patients] = await Promise.all([demoPersons('doctors'), demoPersons('patients')]);
    return { doctors, patients };
  } catch {
    return 'failed';
  }
}

function demoView(state: PeopleState, actions: PeopleActions): TemplateResult {
  const { texts, demo } = state;
  const people = demo === null || demo === 'failed' ? nothing : demoPeopleView(demo, texts, actions);
  return html`<div class="card">
    <h2>${texts.say('demo-title')}</h2>
    <p>${texts.say('demo-text')}</p>
    ${leftView(state)}
    ${demo === 'failed' ? html`<p role="alert">${texts.say('demo-failed')}</p>` : people}
  </div>`;
}
