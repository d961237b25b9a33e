import { html, nothing, type TemplateResult } from 'lit';
import type { ClosedReason } from '../room/closed-reason.js';
import { closedSentences } from './closed-sentences.js';
import { copyButton } from './message-view.js';
import type { RoomActions, RoomContext } from './room-context.js';

/** Takes the composer's place, and says why nobody can write before anybody has tried. */
export function closedView(
  reason: ClosedReason,
  context: RoomContext,
  actions: RoomActions,
  draft: string,
): TemplateResult {
  const { texts, model, now } = context;
  const [title, ...sentences] = closedSentences(reason, texts, now, {
    viewer: model.viewer,
    doctorName: model.consultation?.doctor.name ?? texts.say('role-doctor'),
  });
  return html`<div class="closed" part="closed" role="group" aria-labelledby="why" tabindex="-1">
    <h3 id="why">${title}.</h3>
    <p>${sentences.join(' ')}</p>
    ${draft.trim() === '' ? nothing : html`<p>${texts.say('draft-kept')}</p><blockquote tabindex="0" dir="auto">${draft}</blockquote>${copyButton(draft, texts, actions)}`}
  </div>`;
}
