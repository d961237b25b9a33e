import { html, nothing, type TemplateResult } from 'lit';
import { demoPeopleView } from './demo-view.js';
import type { PeopleActions, PeopleState } from './people-state.js';

const SENTENCES = {
  needed: ['link-needed-title', 'link-needed-text'],
  refused: ['link-refused-title', 'link-refused-text'],
  ended: ['link-ended-title', 'link-ended-text'],
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
      return html`<div class="card" role="alert">
        <h2>${texts.say('another-title')}</h2>
        <p>${texts.say('another-text')}</p>
        <div class="buttons">
          <button class="plain" type="button" @click=${() => actions.changePerson(false)}>${texts.say('another-go-back')}</button>
          <button class="strong danger" type="button" @click=${() => actions.changePerson(true)}>${texts.say('another-go-on')}</button>
        </div>
      </div>`;
    case 'chooses':
      return demoView(state, actions);
    case 'needed':
    case 'refused':
    case 'ended':
    case 'wrong-role': {
      const [title, text] = SENTENCES[signIn.kind];
      return html`<div class="card" role="alert">
        <h2>${texts.say(title)}</h2>
        <p>${texts.say(text)}</p>
      </div>`;
    }
  }
}

function demoView({ texts, demo }: PeopleState, actions: PeopleActions): TemplateResult {
  const people = demo === null || demo === 'failed' ? nothing : demoPeopleView(demo, texts, actions);
  return html`<div class="card">
    <h2>${texts.say('demo-title')}</h2>
    <p>${texts.say('demo-text')}</p>
    ${demo === 'failed' ? html`<p role="alert">${texts.say('demo-failed')}</p>` : people}
  </div>`;
}
