import { byId } from './dom.js';
import { describeDraft } from './draft-words.js';

export interface ComposerView {
  /** Sets whether a message has somewhere to go. The text field itself never closes, so that a draft stays. */
  setReady(ready: boolean, placeholder: string): void;
  /** Puts text back, before whatever is being written. */
  restore(text: string): void;
  focus(): void;
}

const tallestPx = 180;

export interface ComposerActions {
  send(content: string): void;
  /** Called with each change that a person makes to the draft. */
  typing(isTyping: boolean): void;
}

export function createComposerView({ send, typing }: ComposerActions): ComposerView {
  const form = byId('composer', HTMLFormElement);
  const draft = byId('draft', HTMLTextAreaElement);
  const button = byId('send', HTMLButtonElement);
  const counter = byId('counter', HTMLElement);
  let ready = false;

  function update(): void {
    const state = describeDraft(draft.value);
    button.disabled = !ready || !state.sendable;
    if (counter.textContent !== state.counter) counter.textContent = state.counter;
    counter.dataset['tone'] = state.tooLong ? 'bad' : 'quiet';
    draft.setAttribute('aria-invalid', String(state.tooLong));
    draft.style.height = 'auto';
    draft.style.height = `${Math.min(draft.scrollHeight, tallestPx)}px`;
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (button.disabled) return;
    const content = draft.value.trim();
    draft.value = '';
    update();
    draft.focus();
    send(content);
  });
  draft.addEventListener('input', () => {
    update();
    if (ready) typing(describeDraft(draft.value).sendable);
  });
  draft.addEventListener('keydown', (event) => {
    // While an input method composes, Enter picks a word.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  update();

  return {
    setReady(isReady, placeholder) {
      ready = isReady;
      draft.placeholder = placeholder;
      update();
    },
    restore(text) {
      draft.value = draft.value === '' ? text : `${text}\n${draft.value}`;
      update();
      draft.focus();
      draft.setSelectionRange(text.length, text.length);
    },
    focus: () => draft.focus(),
  };
}
