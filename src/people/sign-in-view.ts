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

/** Fills the page while nobody is signed in. Says why, and what to do. */
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

/** Says that the sign-in has ended, in the words of the room, and what is kept if anything is. */
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

/** A link that is not valid does not end the sign-in of whoever was in this tab before. This lets them go on. */
function wayBackView({ texts }: PeopleState, actions: PeopleActions): TemplateResult | typeof nothing {
  const known = keptForTab.read('token-of-person');
  if (known === null || known === keptForTab.read('token')) return nothing;
  const isDoctor = keptForTab.read('person')?.startsWith('doctor ') ?? false;
  return html`<div class="buttons">
    <button class="strong" type="button" @click=${() => actions.changePerson(false)}>${texts.say(isDoctor ? 'back-to-list' : 'to-conversation')}</button>
  </div>`;
}

/** Says that somebody has signed out of this tab. */
function leftView({ texts, signIn }: PeopleState): TemplateResult | typeof nothing {
  return 'hasLeft' in signIn ? html`<p role="status">${texts.say('left-text')}</p>` : nothing;
}

/** Moves the focus to the button that changes nothing, because what had it is gone, and an answer can be chosen at once. */
function focusOnceThere(button?: Element): void {
  if (button instanceof HTMLElement) queueMicrotask(() => button.focus());
}

/** Says who the two persons are, as far as that is known, and who would lose what. */
function anotherView(
  { texts }: PeopleState,
  { before, next }: { readonly before: Named; readonly next: Named },
  actions: PeopleActions,
): TemplateResult {
  const { isLeft, isUnconfirmed } = unsentInTab();
  // A person whose name is not known still has an id.
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

/** Asks for the people that a visitor of the demo can choose from: the first ones of each role. */
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
