import { html, type svg } from 'lit';

/** Draws an icon with lines of one weight, in the colour of the text around it. Screen readers skip it. */
export const icon = (path: ReturnType<typeof svg>) =>
  html`<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${path}</svg>`;
