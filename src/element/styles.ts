import { css, unsafeCSS } from 'lit';
import base from './base.css';

/** Everything that a page may set is a custom property with the default behind it, here or in `base.css`; `docs/element.md` lists them. */
export const tokens = css`
  :host {
    --c-bad-soft: light-dark(#fdecea, #3a1917);
    --c-radius: var(--chat-radius, 1.125rem);
    --c-font: var(--chat-font, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif);
    color-scheme: light dark;
    display: block;
    block-size: 36rem;
    max-block-size: 100dvh;
    min-inline-size: 0;
    font: 1rem/1.5 var(--c-font);
    color: var(--c-text);
    background: var(--c-canvas);
    text-align: start;
    container: chat / size;
  }
  :host([hidden]) {
    display: none;
  }
  * {
    box-sizing: border-box;
  }
  h2,
  h3,
  p {
    margin: 0;
    font: inherit;
  }
  button,
  textarea {
    font: inherit;
    color: inherit;
  }
`;

const frame = css`
  .room {
    display: flex;
    flex-direction: column;
    block-size: 100%;
    overflow: hidden;
    position: relative;
  }
  .head {
    display: flex;
    align-items: center;
    flex-wrap: wrap;
    gap: 0.5rem 0.75rem;
    padding: 0.75rem max(1rem, env(safe-area-inset-right)) 0.75rem max(1rem, env(safe-area-inset-left));
    background: var(--c-surface);
    border-block-end: 1px solid var(--c-line);
  }
  .avatar {
    flex: none;
    display: grid;
    place-items: center;
    inline-size: 2.5rem;
    block-size: 2.5rem;
    border-radius: 50%;
    background: var(--c-own);
    color: var(--c-own-text);
    font-weight: 600;
    font-size: 0.875rem;
  }
  .who {
    flex: 1 1 10rem;
    min-inline-size: 0;
  }
  .name {
    font-weight: 650;
    line-height: 1.3;
    overflow-wrap: anywhere;
  }
  .name small {
    color: var(--c-muted);
    font-weight: 400;
  }
  .under {
    color: var(--c-muted);
    font-size: 0.875rem;
    line-height: 1.4;
  }
  .here {
    display: inline-flex;
    align-items: center;
    gap: 0.375rem;
    color: var(--c-good);
    font-weight: 550;
  }
  .dot {
    inline-size: 0.5rem;
    block-size: 0.5rem;
    border-radius: 50%;
    background: currentColor;
  }
  .duty {
    padding: 0.25rem 0.75rem;
    border: 1px solid var(--c-line);
    border-radius: 1rem;
    font-size: 0.8125rem;
    line-height: 1.4;
    color: var(--c-muted);
    text-align: center;
  }
  .duty strong {
    font-weight: 600;
  }
  .duty[data-tone='good'] {
    color: var(--c-good);
    border-color: currentColor;
  }
  .duty[data-tone='waiting'] {
    color: var(--c-warn);
    border-color: currentColor;
  }
  .icon-button {
    display: grid;
    place-items: center;
    inline-size: 2.75rem;
    block-size: 2.75rem;
    margin-inline-end: -0.5rem;
    border: 0;
    border-radius: 50%;
    background: none;
    color: var(--c-muted);
    cursor: pointer;
  }
  svg {
    inline-size: 1.25rem;
    block-size: 1.25rem;
  }
  .icon-button:hover {
    background: var(--c-canvas);
    color: var(--c-text);
  }
  .emergency,
  .notice {
    padding: 0.5rem max(1rem, env(safe-area-inset-right)) 0.5rem max(1rem, env(safe-area-inset-left));
    font-size: 0.875rem;
    line-height: 1.45;
  }
  .emergency {
    background: var(--c-surface);
    color: var(--c-muted);
    border-block-end: 1px solid var(--c-line);
  }
  .small-print {
    display: none;
    color: var(--c-muted);
    font-size: 0.875rem;
    text-align: center;
  }
  .notice {
    background: var(--c-warn-soft);
    color: var(--c-warn);
    border-block-start: 1px solid var(--c-line);
  }
  .notice:empty {
    display: none;
  }
`;

const conversation = css`
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
  /* Beside the messages and never over them. */
  .jump {
    flex: none;
    align-self: center;
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
`;

const foot = css`
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
  /* As one's own messages look that are not sent yet. */
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
    padding: 1.5rem;
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

const surroundings = css`
  @container chat (max-width: 30rem) {
    .duty {
      flex-basis: 100%;
      order: 1;
      padding: 0;
      padding-inline-start: 3.25rem;
      margin-block-start: -0.5rem;
      border: 0;
      text-align: start;
    }
    .bubble,
    .problem {
      max-inline-size: 90%;
    }
  }
  /* On a phone with large text */
  @container chat (max-width: 16rem) {
    .avatar {
      display: none;
    }
    .duty {
      padding-inline-start: 0;
    }
  }
  @container chat (max-height: 30rem) {
    /* Where not even what must be there has room, all of it can be reached by scrolling. */
    .room {
      overflow-y: auto;
    }
    .room > * {
      flex-shrink: 0;
    }
    .room > .middle,
    .room > .closed {
      flex-shrink: 1;
    }
    .head {
      padding-block: 0.25rem;
      gap: 0 0.5rem;
      flex-wrap: nowrap;
    }
    .avatar,
    .validity,
    .duty span,
    .room:has(.stream) > .emergency {
      display: none;
    }
    .small-print {
      display: block;
    }
    .who {
      flex-basis: 0;
    }
    .name {
      font-size: 0.9375rem;
      line-height: 1.2;
    }
    .under {
      font-size: 0.75rem;
    }
    .duty {
      flex-basis: auto;
      order: 0;
      margin: 0;
      padding-inline: 0.5rem;
      font-size: 0.75rem;
    }
    .jump {
      min-block-size: 1.5rem;
      margin: 0;
      padding: 0 0.5rem;
      font-size: 0.75rem;
    }
    .icon-button {
      block-size: 2rem;
      inline-size: 2rem;
    }
    .composer {
      padding-block: 0.375rem;
    }
    .hint {
      padding: 0;
    }
    .hint :not(.counter) {
      position: absolute;
      inset-block-end: 0;
      block-size: 1px;
      clip-path: inset(50%);
    }
    .notice {
      padding-block: 0.25rem;
      font-size: 0.75rem;
      line-height: 1.3;
    }
    .stream {
      padding-block: 0.25rem;
    }
    .closed {
      padding-block: 0.375rem;
      font-size: 0.8125rem;
      line-height: 1.3;
    }
  }
  @container chat (max-height: 30rem) and (max-width: 16rem) {
    .head {
      flex-wrap: wrap;
    }
    .duty {
      flex-basis: 100%;
      order: 1;
      padding: 0;
    }
  }
  @media (prefers-reduced-motion: no-preference) {
    .icon-button,
    .text-button,
    .send {
      transition: background-color 0.12s;
    }
  }
  @media (forced-colors: active) {
    .dot {
      forced-color-adjust: none;
      background: CanvasText;
    }
    .bubble,
    .own .bubble,
    .avatar,
    .send,
    .button {
      border: 1px solid CanvasText;
    }
    .own .bubble {
      border-inline-end-width: 4px;
    }
    .send,
    .button {
      background: ButtonFace;
      color: ButtonText;
    }
    .send:disabled {
      border-color: GrayText;
    }
  }
  @media print {
    :host {
      color-scheme: only light;
    }
    :host,
    .room,
    .middle,
    .stream {
      block-size: auto !important;
      max-block-size: none !important;
      overflow: visible !important;
      display: block;
      container-type: normal;
    }
    .block {
      content-visibility: visible;
    }
    .composer,
    .jump,
    .icon-button,
    .notice,
    .typing,
    .by,
    .meta time {
      display: none;
    }
    .message .hidden {
      position: static;
      inline-size: auto;
      block-size: auto;
      clip-path: none;
    }
  }
`;

export const styles = [unsafeCSS(base), tokens, frame, conversation, foot, surroundings];
