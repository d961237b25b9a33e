import { css } from 'lit';

/** What a page may set is a custom property, with its default here or in `base.css`. `docs/element.md` lists them. */
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
