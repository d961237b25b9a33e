import { css } from 'lit';

/** The room as a whole: its head, and what stands around the conversation. */
export const frame = css`
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
    gap: 0.5rem 0.75rem;
    padding: 0.75rem max(1rem, env(safe-area-inset-right)) 0.75rem max(1rem, env(safe-area-inset-left));
    background: var(--c-surface);
    border-block-end: 1px solid var(--c-line);
    /* As high as it will be once it is known whose room it is, so that nothing moves then. */
    min-block-size: 4.3125rem;
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
    max-inline-size: 50%;
    font-size: 0.8125rem;
    line-height: 1.3;
    color: var(--c-muted);
    text-align: end;
  }
  .duty strong {
    display: inline-block;
    padding: 0.1875rem 0.75rem;
    border: 1px solid var(--c-line);
    border-radius: 1rem;
    font-weight: 600;
  }
  .duty span {
    display: block;
  }
  .duty span span {
    display: none;
  }
  .duty[data-tone='good'] {
    color: var(--c-good);
  }
  .duty[data-tone='waiting'] {
    color: var(--c-warn);
  }
  .duty:not([data-tone='quiet']) strong {
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
  .emergency[data-awaited] {
    visibility: hidden;
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
