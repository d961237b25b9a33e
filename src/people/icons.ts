import { html, svg } from 'lit';
import { icon } from '../element/icon.js';

export const backIcon = icon(svg`<path d="M15 5l-7 7 7 7"/>`);
export const settingsIcon = icon(
  svg`<path d="M4 8h9M19 8h1M4 16h1M11 16h9"/><circle cx="16" cy="8" r="2.5"/><circle cx="8" cy="16" r="2.5"/>`,
);
export const searchIcon = icon(svg`<circle cx="11" cy="11" r="6"/><path d="m16 16 4 4"/>`);
export const clockIcon = icon(svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/>`);
export const markIcon = html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><path fill="currentColor" fill-rule="evenodd" d="M8 3h16a6 6 0 0 1 6 6v9a6 6 0 0 1-6 6h-8.500L9 29.500V24H8a6 6 0 0 1-6-6V9a6 6 0 0 1 6-6zm6.250 5v3.750H10.500v3.500h3.750V19h3.500v-3.750h3.750v-3.500h-3.750V8z"/></svg>`;
