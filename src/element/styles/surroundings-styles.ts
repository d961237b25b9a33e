import { css } from 'lit';

/** Narrow and low rooms, forced colours, and paper. */
export const surroundings = css`
  @container chat (max-width: 30rem) {
    .avatar {
      display: none;
    }
    .duty {
      max-inline-size: none;
      text-align: start;
    }
    .duty strong,
    .duty span,
    .duty span span {
      display: inline;
      padding: 0;
      border: 0;
    }
    .bubble,
    .problem {
      max-inline-size: 90%;
    }
  }
  /* Until when somebody is on duty is known last. On a line of its own below, it moves nothing aside, however long it is. */
  @container chat (min-width: 30.01rem) and (min-height: 30.01rem) {
    .head {
      display: grid;
      grid-template-columns: auto minmax(0, 1fr) fit-content(50%) auto;
      row-gap: 0;
    }
    .head > * {
      grid-row: 1 / 3;
    }
    .duty {
      display: contents;
    }
    .duty > * {
      grid-column: 3;
      justify-self: end;
    }
    .duty > span {
      align-self: start;
    }
    .duty > strong:not(:only-child) {
      grid-row: 1;
      align-self: end;
      margin-block-end: 0.125rem;
    }
    .duty > strong:only-child {
      grid-row: 1 / 3;
    }
  }
  /*
   * The first line says whom one talks with, and the second who is on duty and here. Until when is said in the third,
   * or above the conversation if the name takes two lines.
   */
  @container chat (max-width: 30rem) and (min-height: 30.01rem) {
    .head {
      flex-wrap: wrap;
      gap: 0 0.75rem;
      min-block-size: 5.0625rem;
      padding-block: 0.5rem;
    }
    .who,
    .under {
      display: contents;
    }
    .name {
      flex: 1 1 calc(100% - 4rem);
    }
    /* Who is here and until when somebody is on duty is known last. Each has its own side of the line, and moves nothing aside. */
    .duty {
      flex: 1 1 8rem;
      order: 1;
    }
    .under > * {
      order: 2;
    }
    .duty,
    .under > * {
      align-self: baseline;
    }
    .under > .validity {
      order: 3;
      flex-basis: 100%;
    }
    .between,
    [data-long] .validity,
    [data-long] ~ .middle .small-print span {
      display: none;
    }
    [data-long] ~ .middle .small-print {
      display: block;
    }
  }
  @container chat (max-height: 30rem) {
    /* If there is no room even for what must be there, all of it can be reached by scrolling. */
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
      min-block-size: 0;
      padding-block: 0.25rem;
      gap: 0 0.5rem;
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
    }
  }
  /* A desktop at 400 % is this low. */
  @container chat (max-height: 16rem) {
    .head {
      padding-block: 0;
    }
    .who {
      display: flex;
      flex-wrap: wrap;
      align-items: baseline;
      column-gap: 0.5rem;
    }
    .composer {
      padding-block: 0.25rem;
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
