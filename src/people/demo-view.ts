import { html, nothing, type TemplateResult } from 'lit';
import { initials } from '../room/initials.js';
import type { PeopleTexts } from '../texts/people-texts.js';
import type { Person } from './api.js';
import type { DemoPeople, PeopleActions } from './people-state.js';

/** Shows the people that a visitor of the demo can choose from. */
export function demoPeopleView(
  { doctors, patients }: DemoPeople,
  texts: PeopleTexts,
  { choosePerson }: PeopleActions,
): readonly (TemplateResult | typeof nothing)[] {
  const isNamesake = (name: string): boolean =>
    [...doctors, ...patients].filter((one) => one.name === name).length > 1;
  const people = (title: string, role: 'patient' | 'doctor', persons: readonly Person[]) =>
    persons.length === 0
      ? nothing
      : html`<h3>${title}</h3>
          <ul class="persons">
            ${persons.map(
              ({ id, name }) =>
                html`<li><button class="person" type="button" @click=${() => choosePerson(role, id)}><span class="avatar" aria-hidden="true">${initials(name)}</span><span><bdi>${name}</bdi>${isNamesake(name) ? html` <small>(<bdi>${id}</bdi>)</small>` : nothing}</span></button></li>`,
            )}
          </ul>`;
  return [
    people(texts.say('demo-doctors'), 'doctor', doctors),
    people(texts.say('demo-patients'), 'patient', patients),
  ];
}
