import { html, nothing, type TemplateResult } from 'lit';
import { maxMessageLength, stateOfDraft } from '../room/draft.js';
import { sendIcon } from './icons.js';
import { type RoomActions, type RoomContext, whomWords } from './room-context.js';

/** What takes width beside the field, about the width of a letter, and the greatest width of all of it (rem). */
const [BESIDE_FIELD_REM, LETTER_REM, FIELD_MAX_REM] = [7, 0.56, 48];

/**
 * @param isTouch whether Enter begins a new line, as on the keyboards of phones, where the button sends.
 * @param widthRem the width of the room.
 */
export function composerView(
  { model, texts, partnerName, whom }: RoomContext,
  actions: RoomActions,
  draft: string,
  isTouch: boolean,
  widthRem: number,
): TemplateResult {
  const { sendable, left, isNearlyFull } = stateOfDraft(draft);
  // Without a letter to go by, browsers would write the placeholder from left to right.
  const dir = draft === '' ? texts.dir : 'auto';
  const letters = (Math.min(widthRem, FIELD_MAX_REM) - BESIDE_FIELD_REM) / LETTER_REM;
  // The header also names the other party, so a shorter placeholder is better than one that is cut off.
  const placeholder =
    [
      ...[whomWords({ name: partnerName, label: whom?.label ?? '' }), partnerName].map((name) =>
        texts.say('message-placeholder', { name }),
      ),
      texts.say('message-label'),
    ].find(({ length }) => length < letters) ?? '';
  const counter =
    left < 0
      ? texts.say('characters-too-many', { count: -left, limit: maxMessageLength })
      : isNearlyFull
        ? texts.say('characters-left', { count: left })
        : '';
  const keyDown = (event: KeyboardEvent): void => {
    // While an input method composes, Enter picks a word.
    if (isTouch || event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    actions.send();
  };
  return html`<form class="composer" part="composer" @submit=${(event: Event) => {
    event.preventDefault();
    actions.send();
  }}>
    <div class="field">
      <label class="hidden" for="draft">${texts.say('message-label')}</label>
      <textarea id="draft" part="input" rows="1" dir=${dir} enterkeyhint=${isTouch ? 'enter' : 'send'}
        aria-describedby="hint" aria-invalid=${left < 0 ? 'true' : 'false'}
        placeholder=${placeholder}
        autocomplete="off" @input=${actions.drafted} @keydown=${keyDown}></textarea>
      <button class="send" part="send" type="submit" ?disabled=${!sendable} title=${texts.say('send')}>${sendIcon}<span class="hidden">${texts.say('send')}</span></button>
    </div>
    <p class="hint" id="hint">
      <span>${texts.say('writing-as', { name: model.consultation?.[model.viewer ?? 'user'].name ?? '' })}</span>
      ${isTouch ? nothing : html`<span><span class="hidden">. </span>${texts.say('send-hint')}</span>`}
      <span class=${left < 0 ? 'counter bad' : 'counter'}>${counter}</span>
    </p>
  </form>`;
}
