import { html, nothing, type TemplateResult } from 'lit';
import type { PeopleActions, PeopleState } from './people-state.js';

const SENTENCES = {
  needed: ['link-needed-title', 'link-needed-text'],
  refused: ['link-refused-title', 'link-refused-text'],
  ended: ['link-ended-title', 'link-ended-text'],
  'wrong-role': ['wrong-role-title', 'wrong-role-text'],
} as const;

/** In the place of everything, while nobody is signed in: why, and what to do. */
export function signInView(state: PeopleState, actions: PeopleActions): TemplateResult | typeof nothing {
  const { texts, signIn } = state;
  switch (signIn.kind) {
    case 'in':
    case 'checking':
      return nothing;
    case 'unreachable':
      return html`<div class="card" role="status"><p>${texts.room.say('unreachable')}</p></div>`;
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
  return html`<div class="card">
    <h2>${texts.say('demo-title')}</h2>
    <p>${texts.say('demo-text')}</p>
    ${demo === 'failed' ? html`<p role="alert">${texts.say('demo-failed')}</p>` : demo?.view(demo, texts, actions)}
  </div>`;
}
