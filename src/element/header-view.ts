import { html, nothing, type TemplateResult } from 'lit';
import { initials } from '../room/initials.js';
import { partnerOf } from '../room/room-model.js';
import type { MessageId } from '../texts/messages.js';
import { dutyUntilWords } from './duty-until-words.js';
import { printIcon } from './icons.js';
import type { RoomActions, RoomContext } from './room-context.js';

/** This many characters surely fit into one line on a phone. */
const PHONE_LINE_CHARACTERS = 24;

/** Shows whom one talks with, whether they are here, until when, and apart from that if the doctor is on duty. */
export function headerView(context: RoomContext, actions: RoomActions): TemplateResult {
  const { model, texts, partnerName, whom } = context;
  const label = whom?.label ?? '';
  const isKnown = model.consultation !== null && model.stage !== 'refused';
  const isHere = model.present.has(partnerOf(model.viewer));
  const isLong = label !== '' && partnerName.length + label.length > PHONE_LINE_CHARACTERS;
  return html`<header class="head" part="header" ?data-long=${isLong}>
    ${isKnown ? html`<span class="avatar" part="avatar" aria-hidden="true">${initials(partnerName)}</span>` : nothing}
    <div class="who">
      <h2 class="name" part="name"><bdi>${isKnown || whom !== null ? partnerName : texts.say('conversation')}</bdi>${label === '' ? nothing : html` <small>(<bdi>${label}</bdi>)</small>`}</h2>
      ${isKnown ? subtitle(context, isHere) : nothing}
    </div>
    ${isKnown ? dutyView(context) : nothing}
    ${
      isKnown
        ? html`<button class="icon-button" part="print" type="button" title=${texts.say('print')} aria-label=${texts.say('print')} @click=${actions.print}>${printIcon}</button>`
        : nothing
    }
  </header>`;
}

function subtitle(context: RoomContext, isHere: boolean): TemplateResult {
  const { model, texts, closed } = context;
  const isHeard = model.phase === 'online' && model.stage === 'open';
  // Once nobody can write any more, nobody waits for the other one.
  const isOver = closed !== null && closed.kind !== 'off-duty';
  const presence = isOver
    ? nothing
    : isHere
      ? html`<span class="here"><span class="dot" aria-hidden="true"></span>${texts.say('presence-here')}</span>`
      : isHeard
        ? html`<span>${texts.say('presence-away')}</span>`
        : nothing;
  return html`<p class="under" part="presence">
    ${presence}<span class="validity">${presence === nothing ? nothing : html`<span class="between"> · </span>`}${validityWords(context)}</span>
  </p>`;
}

/** Says until when the consultation runs, or since when it does not. */
export function validityWords({ model, texts, now, closed }: RoomContext): string {
  const { consultation } = model;
  if (consultation === null) return '';
  const moment = texts.moment(Date.parse(consultation.expiresAt), now);
  if (closed?.kind === 'ended') return texts.say('ended');
  return texts.say(closed?.kind === 'expired' ? 'ran-out' : 'open-until', { moment });
}

const DUTY_WORDS: Readonly<Record<RoomContext['duty']['state'], readonly [tone: string, id: MessageId]>> = {
  on: ['good', 'duty-on'],
  off: ['waiting', 'duty-off'],
  unconfirmed: ['quiet', 'duty-unconfirmed'],
  unknown: ['quiet', 'duty-unknown'],
};

function dutyView(context: RoomContext): TemplateResult | typeof nothing {
  const { model, texts, duty, closed } = context;
  const { isFirstLook, phase } = model;
  if (isFirstLook && !model.isUnreachable && (phase === 'connecting' || phase === 'online'))
    return html`<p class="duty" part="duty" data-tone="quiet"><strong>${texts.say('connecting')}</strong></p>`;
  // The doctor may be on duty, but no longer for this consultation.
  if (closed !== null && closed.kind !== 'off-duty') return nothing;
  const [tone, id] = DUTY_WORDS[duty.state];
  const detail = dutyDetail(context);
  return html`<p class="duty" part="duty" data-tone=${tone}>
    <strong>${texts.say(id as 'duty-on')}</strong>${detail === '' ? nothing : html`<span><span>${separatorOf(context)}</span>${detail}</span>`}
  </p>`;
}

/** `On duty until 17:00` is one phrase, without a comma. */
const separatorOf = ({ texts, duty }: RoomContext): string =>
  duty.state === 'on' ? ' ' : `${texts.say('comma')} `;

/** Says in one line whether the doctor is on duty, and until when. Says nothing if that makes no difference. */
export function dutyLine(context: RoomContext): string {
  const { texts, duty, closed } = context;
  const detail = dutyDetail(context);
  if (detail === '' || (closed !== null && closed.kind !== 'off-duty')) return '';
  return `${texts.say(DUTY_WORDS[duty.state][1] as 'duty-on')}${separatorOf(context)}${detail}`;
}

/** Until when this is so, or as of when it was last known. */
function dutyDetail({ texts, now, dutyUntil, dutyZone, duty, closed }: RoomContext): string {
  switch (duty.state) {
    case 'unknown':
      return '';
    case 'unconfirmed':
      return texts.say('duty-as-of', { time: texts.moments.clock(duty.confirmedAt) });
    case 'off':
      // Nobody is promised what the consultation does not live to see: the reason at the foot tells both.
      if (duty.nextOpeningAt === null || (closed?.kind === 'off-duty' && closed.runsOutAt !== null))
        return '';
      return texts.say('duty-back', { moment: texts.moment(duty.nextOpeningAt, now) });
    case 'on':
      return dutyUntil === null || dutyUntil <= now ? '' : dutyUntilWords(texts, dutyUntil, now, dutyZone);
  }
}
