import { css } from 'lit';

/**
 * The element among those of a page that knows nothing of it. The pages here have no use for this, and their build
 * leaves it out (`scripts/small-parts.mjs`).
 */
export const host = css`
  /*
   * A room tells nothing of its content's width, because it looks different in each width. Where there is no other
   * width either, as in a dialog, the first column gives it one, which shrinks where there is less.
   */
  :host {
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(0, 40rem) minmax(0, 1fr);
  }
  .room {
    grid-column: 1 / -1;
  }
  /* What the page says about its own text would also change what people have written. */
  :host {
    font-variant: normal;
    hyphens: manual;
    letter-spacing: normal;
    tab-size: 8;
    text-indent: 0;
    text-shadow: none;
    text-transform: none;
    white-space: normal;
    word-break: normal;
    word-spacing: normal;
  }
`;
