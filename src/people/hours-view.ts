import { html, nothing, type TemplateResult } from 'lit';
import { zoneWords } from '../texts/moments.js';
import { adoptSheet } from './adopt-sheet.js';
import type { Hours } from './hours.js';
import { hoursOf } from './hours-lines.js';
import type { PeopleState } from './people-state.js';
import css from './sheets/later/hours.css';

adoptSheet(css);

/** Shows the hours of the next days in the reader's time zone, and in the doctor's as well if that is different. */
export function hoursView({ texts, now }: PeopleState, hours: Hours, name: string): TemplateResult {
  const { locale, moments } = texts.room;
  const here = hoursOf(hours, now, locale, moments.timeZone);
  const there = hoursOf(hours, now, locale, hours.timeZone);
  if (here === 'always') return html`<p>${texts.say('hours-always')}</p>`;
  if (there === 'always' || here.length === 0) return html`<p>${texts.say('hours-none')}</p>`;
  const differs = String(here) !== String(there);
  const cell = (line: readonly string[] = []) =>
    html`<td>${line.map((part, index) => html`${index === 0 ? nothing : ' '}<span>${part}</span>`)}</td>`;
  return html`<table class="hours">
    <thead>
      <tr>
        <th scope="col">${texts.say('hours-here', { zone: zoneWords(moments.timeZone) })}</th>
        ${differs ? html`<th scope="col">${texts.say('hours-there', { name, zone: zoneWords(hours.timeZone) })}</th>` : nothing}
      </tr>
    </thead>
    <tbody>
      ${here.map((line, index) => html`<tr>${cell(line)}${differs ? cell(there[index]) : nothing}</tr>`)}
    </tbody>
  </table>`;
}
