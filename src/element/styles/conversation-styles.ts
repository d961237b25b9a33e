import { css } from 'lit';

/** What was said: messages, days, notes, and how far each message is. */
export const conversation = css`
  .middle {
    position: relative;
    flex: 1 1 0;
    min-block-size: 4rem;
    display: flex;
    flex-direction: column;
  }
  .stream {
    flex: 1 1 0;
    min-block-size: 0;
    overflow-y: auto;
    overscroll-behavior: contain;
    padding: 0.75rem max(1rem, env(safe-area-inset-right)) 0.75rem max(1rem, env(safe-area-inset-left));
  }
  .stream:focus-visible,
  .closed:focus-visible {
    outline-offset: -2px;
  }
  /* Focus that the page has put there is shown only to those who use the keyboard. */
  .room:not(.keys) .stream {
    outline: none;
  }
  .content {
    max-inline-size: 48rem;
    margin-inline: auto;
    min-block-size: 100%;
    display: flex;
    flex-direction: column;
    justify-content: flex-end;
  }
  .block {
    content-visibility: auto;
    contain-intrinsic-size: auto 100rem;
    /* Containment would cut off focus rings. */
    padding-inline: 3px;
    margin-inline: -3px;
    display: flow-root;
  }
  .block--last {
    content-visibility: visible;
  }
  .day,
  .new,
  .note,
  .edge {
    margin-block: 0.75rem;
    text-align: center;
    font-size: 0.8125rem;
    color: var(--c-muted);
  }
  .day span {
    display: inline-block;
    padding: 0.125rem 0.75rem;
    border-radius: 1rem;
    background: var(--c-surface);
    border: 1px solid var(--c-line);
  }
  .new {
    display: flex;
    align-items: center;
    gap: 0.75rem;
    color: var(--c-accent);
    font-weight: 600;
  }
  .new::before,
  .new::after {
    content: '';
    flex: 1;
    border-block-start: 1px solid currentColor;
  }
  .message {
    position: relative;
    display: flex;
    flex-direction: column;
    align-items: flex-start;
    margin-block-start: 0.1875rem;
  }
  .message.first {
    margin-block-start: 0.75rem;
  }
  .message.own {
    align-items: flex-end;
  }
  .by {
    font-size: 0.8125rem;
    font-weight: 600;
    color: var(--c-muted);
    margin: 0 0.25rem 0.125rem;
  }
  .bubble {
    max-inline-size: min(85%, 36rem);
    padding: 0.5rem 0.875rem;
    border-radius: var(--c-radius);
    background: var(--c-surface);
    border: 1px solid var(--c-line);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .own .bubble {
    background: var(--c-own);
    color: var(--c-own-text);
    border-color: transparent;
  }
  .last .bubble {
    border-end-start-radius: 0.375rem;
  }
  .own.last .bubble {
    border-end-start-radius: var(--c-radius);
    border-end-end-radius: 0.375rem;
  }
  [data-state='waiting'] .bubble,
  [data-state='sending'] .bubble {
    border: 1px dashed var(--c-accent);
  }
  [data-state='failed'] .bubble {
    background: var(--c-bad-soft);
    color: var(--c-text);
    border: 1px solid var(--c-bad);
  }
  .bubble a {
    color: inherit;
    text-decoration: underline;
    text-underline-offset: 0.15em;
  }
  .end {
    inline-size: 1px;
    block-size: 1px;
    margin-block-start: -1px;
  }
  .meta {
    margin: 0.125rem 0.25rem 0;
    font-size: 0.75rem;
    color: var(--c-muted);
  }
  .meta time:not(:last-child)::after {
    content: ' · ';
  }
  .read {
    color: var(--c-accent);
    font-weight: 600;
  }
  .bad {
    color: var(--c-bad);
    font-weight: 600;
  }
  .problem {
    max-inline-size: min(85%, 36rem);
    font-size: 0.875rem;
    margin: 0.125rem 0.25rem 0;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    justify-content: flex-end;
    gap: 0 0.25rem;
  }
  .text-button {
    min-block-size: 2rem;
    padding: 0.25rem 0.625rem;
    border: 0;
    border-radius: 0.5rem;
    background: none;
    color: var(--c-accent);
    font-weight: 600;
    text-decoration: underline;
    text-underline-offset: 0.2em;
    cursor: pointer;
  }
  .text-button:hover {
    background: var(--c-surface);
  }
  .typing {
    min-block-size: 1.5rem;
    margin-block-start: 0.5rem;
    font-size: 0.875rem;
    color: var(--c-muted);
  }
  .empty {
    margin: auto;
    padding: 1rem;
    text-align: center;
    color: var(--c-muted);
    max-inline-size: 28rem;
  }
  .empty h3 {
    color: var(--c-text);
    font-size: 1.125rem;
    font-weight: 650;
  }
  /* The buttons are below the messages, never over them. */
  .jumps {
    flex: none;
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
  }
  .jump {
    display: inline-flex;
    align-items: center;
    gap: 0.375rem;
    min-block-size: 2.25rem;
    margin: 0.25rem;
    padding: 0.25rem 0.875rem;
    border: 1px solid var(--c-line);
    border-radius: 1.25rem;
    background: var(--c-surface);
    color: var(--c-accent);
    font-size: 0.875rem;
    font-weight: 600;
    cursor: pointer;
  }
  .up svg {
    rotate: 180deg;
  }
`;
