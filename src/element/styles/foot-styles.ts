import { css } from 'lit';

/** Where somebody writes, or why nobody can. */
export const foot = css`
  .composer,
  .closed {
    padding: 0.75rem max(1rem, env(safe-area-inset-right)) max(0.5rem, env(safe-area-inset-bottom))
      max(1rem, env(safe-area-inset-left));
    background: var(--c-surface);
    border-block-start: 1px solid var(--c-line);
  }
  .field,
  .hint {
    max-inline-size: 48rem;
    margin-inline: auto;
  }
  .field {
    display: flex;
    align-items: flex-end;
    gap: 0.5rem;
  }
  textarea {
    flex: 1;
    min-inline-size: 0;
    min-block-size: 2.75rem;
    max-block-size: min(11rem, 40cqb);
    padding: 0.5625rem 0.875rem;
    border: 1px solid light-dark(#7d8a94, #74838e);
    border-radius: 1.375rem;
    background: var(--c-canvas);
    /* Below 16 px, phones zoom in on focus. */
    font-size: max(1rem, 16px);
    line-height: 1.5;
    resize: none;
    field-sizing: content;
  }
  textarea::placeholder {
    white-space: nowrap;
    color: var(--c-muted);
    opacity: 1;
  }
  textarea[aria-invalid='true'] {
    border-color: var(--c-bad);
  }
  .send {
    flex: none;
    display: grid;
    place-items: center;
    inline-size: 2.75rem;
    block-size: 2.75rem;
    border: 1px solid transparent;
    border-radius: 50%;
    background: var(--c-accent);
    color: var(--c-on-accent);
    cursor: pointer;
  }
  .send:disabled {
    background: var(--c-canvas);
    border-color: var(--c-line);
    color: var(--c-muted);
    cursor: default;
  }
  .send svg:dir(rtl) {
    transform: scaleX(-1);
  }
  .hint {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0 1rem;
    padding: 0.25rem 0.25rem 0;
    font-size: 0.75rem;
    color: var(--c-muted);
  }
  .hint .counter:empty {
    display: none;
  }
  .closed {
    padding-inline: max(1rem, 50% - 24rem, env(safe-area-inset-left), env(safe-area-inset-right));
    font-size: 0.875rem;
    line-height: 1.4;
    color: var(--c-muted);
    max-block-size: 40cqb;
    overflow-y: auto;
  }
  .closed h3,
  .closed p {
    display: inline;
  }
  .closed h3 {
    color: var(--c-text);
    font-weight: 650;
  }
  /* Its words begin where the sentences do. */
  .closed .text-button {
    margin-inline-start: -0.625rem;
  }
  /* It looks like one's own messages that are not sent yet. */
  blockquote {
    margin: 0.375rem 0 0;
    padding: 0.375rem 0.875rem;
    border: 1px dashed var(--c-accent);
    border-radius: var(--c-radius);
    background: var(--c-own);
    color: var(--c-own-text);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .screen {
    margin: auto;
    max-block-size: 100%;
    overflow-y: auto;
    padding: 1.5rem max(1.5rem, env(safe-area-inset-right)) 1.5rem max(1.5rem, env(safe-area-inset-left));
    max-inline-size: 30rem;
    text-align: center;
    color: var(--c-muted);
  }
  .screen h2 {
    color: var(--c-text);
    font-size: 1.125rem;
    font-weight: 650;
    margin-block-end: 0.375rem;
  }
  .button {
    margin-block-start: 1rem;
    min-block-size: 2.75rem;
    padding: 0.5rem 1.25rem;
    border: 0;
    border-radius: 1.375rem;
    background: var(--c-accent);
    color: var(--c-on-accent);
    font-weight: 600;
    cursor: pointer;
  }
`;
