import { html, type svg } from 'lit';

/** Lines of one weight, in the colour of the text around; it says nothing to those who hear the page. */
export const icon = (path: ReturnType<typeof svg>) =>
  html`<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${path}</svg>`;
