import { html, nothing, type TemplateResult } from 'lit';
import { closedView } from './closed-view.js';
import { composerView } from './composer-view.js';
import { dutyLine, headerView, validityWords } from './header-view.js';
import { downIcon } from './icons.js';
import type { RoomActions, RoomContext } from './room-context.js';
import { timelineView } from './timeline-view.js';

const MINUTE_MS = 60_000;
/** The reader is told of the end so many minutes before it comes. */
const LAST_MINUTES = [1, 5];

/** What the view needs to know of the reader, beside the state of the room. */
export interface ReaderState {
  readonly draft: string;
  readonly isTouch: boolean;
  /** The width of the room, in units of the page's text. */
  readonly widthRem: number;
  /** Whether the reader is at the end of the conversation. */
  readonly isAtEnd: boolean;
  /** The `seq` of the first message on screen; at the end it is infinite, because everything is above the end. */
  readonly topSeq: number;
  /** What is to be told of printing or copying; null if there is nothing. */
  readonly told: 'print-loading' | 'print-failed' | 'print-offline' | 'copied' | null;
}

export function roomView(context: RoomContext, actions: RoomActions, reader: ReaderState): TemplateResult {
  const { texts, model, partnerName, emergency } = context;
  // Its place is kept until it is known, so that nothing moves then.
  const isAwaited = emergency === '';
  return html`<div class="room" part="room" lang=${texts.language} dir=${texts.dir}>
    ${headerView(context, actions)} ${model.viewer === 'doctor' ? nothing : html`<p class="emergency" part="emergency" ?data-awaited=${isAwaited}>${isAwaited ? texts.say('emergency-default') : emergency}</p>`}
    <div class="middle">
      ${
        model.consultation === null || model.stage === 'refused'
          ? screenView(context, actions, reader)
          : html`<div class="stream" part="log" role="log" aria-live="off" aria-label=${texts.say('conversation')} tabindex="0">
              <div class="content">
                <p class="small-print" part="emergency"><span>${emergency}</span> ${[validityWords(context), dutyLine(context)].filter(Boolean).join(' · ')}</p>
                ${startView(context, actions)}
                ${isEmpty(context) ? emptyView(context) : nothing} ${timelineView(context, actions)}
                <p class="typing" part="typing" aria-live="polite">${typingSentence(context, partnerName)}</p>
              </div>
            </div>`
      }
      ${jumpView(context, actions, reader)}
    </div>
    <p class="notice" part="notice" role="status">${noticeSentence(context, reader)}</p>
    ${footView(context, actions, reader)}
  </div>`;
}

/** Takes the place of the conversation while there is none to show. */
function screenView(context: RoomContext, actions: RoomActions, reader: ReaderState): TemplateResult {
  const { model, texts, isTokenAwaited } = context;
  if (model.stage === 'refused' && model.refusal !== null)
    return html`<div class="screen" part="screen" role="alert">
      <h2>${texts.say('join-failed-title')}</h2>
      <p>${texts.refusal(model.refusal)}</p>
      ${model.refusal.code === 'consultation.not_found' ? html`<slot name="way-out"></slot>` : html`<button class="button" type="button" @click=${actions.enter}>${texts.say('try-again')}</button>`}
    </div>`;
  if (model.phase === 'signed-out' && !isTokenAwaited)
    return html`<div class="screen" part="screen" role="alert">
      <h2>${texts.say('signed-out-title')}</h2>
      <p>${signedOutText(context, reader)}</p>
    </div>`;
  // Where nothing is tried any more, no sentence says that something is.
  const atRest = model.phase === 'offline' ? 'error-client-connection-failed' : 'connecting';
  return html`<div class="screen" part="screen" role="status"><p>${texts.say(model.isUnreachable ? 'unreachable' : atRest)}</p></div>`;
}

const isEmpty = ({ model, texts }: RoomContext): boolean =>
  !model.earlier.hasMore &&
  !model.entries(texts.moments.dayKey).some(({ kind }) => kind === 'message' || kind === 'outgoing');

function emptyView({ texts, closed }: RoomContext): TemplateResult {
  return html`<div class="empty" part="empty">
    <h3>${texts.say('empty-title')}</h3>
    ${closed === null ? html`<p>${texts.say('empty-text')}</p>` : nothing}
  </div>`;
}

/** Says above the first message whether there are earlier ones. */
function startView({ model, texts }: RoomContext, actions: RoomActions): TemplateResult | typeof nothing {
  const { state, hasMore } = model.earlier;
  if (model.stage !== 'open' || !hasMore) return nothing;
  if (state === 'loading') return html`<p class="edge">${texts.say('older-loading')}</p>`;
  return html`<p class="edge">
    ${state === 'failed' ? html`<span>${texts.say('older-failed')}</span>` : nothing}
    <button class="text-button" type="button" @click=${actions.loadEarlier}>${texts.say('older-load')}</button>
  </p>`;
}

function typingSentence({ model, texts }: RoomContext, partnerName: string): string {
  const [first] = model.typists;
  if (first === undefined) return '';
  return texts.say('is-writing', { name: first === null ? texts.say('somebody') : partnerName });
}

function jumpView(
  { model, texts }: RoomContext,
  actions: RoomActions,
  { isAtEnd, topSeq }: ReaderState,
): TemplateResult | typeof nothing {
  if (model.stage !== 'open') return nothing;
  const { unread, unsent } = model;
  const above = model.unreadBefore(topSeq);
  const words =
    unsent > 0
      ? texts.say('not-sent', { count: unsent })
      : unread > above
        ? texts.say('new-messages', { count: unread - above })
        : texts.say('newest-messages');
  const jump = (way: string, go: () => unknown, to: string) =>
    html`<button class="jump ${way}" part="jump" type="button" @click=${go}>${downIcon}<span>${to}</span></button>`;
  return html`<div class="jumps">${above > 0 ? jump('up', actions.toUnread, texts.say('unread-above', { count: above })) : nothing}${isAtEnd ? nothing : jump('', actions.toEnd, words)}</div>`;
}

/** Says what keeps messages from arriving. The draft and what was sent are safe meanwhile. */
function noticeSentence(context: RoomContext, reader: ReaderState): string {
  const { model, texts } = context;
  const { told } = reader;
  if (told !== null) return texts.say(told);
  if (model.stage === 'refused') return '';
  if (model.consultation === null || (model.isFirstLook && model.phase === 'connecting')) {
    // If there is no conversation yet, `screenView` says this in its place.
    if (model.isUnreachable) return model.consultation === null ? '' : lostSentence(context);
    return model.isDelayed ? texts.say('server-not-ready') : '';
  }
  if (model.phase === 'signed-out')
    return `${texts.say('signed-out-title')}. ${signedOutText(context, reader)}`;
  if (model.phase !== 'online') return lostSentence(context);
  return model.isDelayed ? texts.say('server-not-ready') : closingSentence(context);
}

/** Says what to do and, if something was written that has not arrived, that it is kept. */
function signedOutText({ model, texts }: RoomContext, { draft }: ReaderState): string {
  const isKept =
    draft.trim() !== '' || model.entries(texts.moments.dayKey).some(({ kind }) => kind === 'outgoing');
  return texts.say('signed-out-text') + (isKept ? ` ${texts.say('signed-out-kept')}` : '');
}

/** Says in two steps that nobody can write much longer. There are only two, because each of them is read aloud. */
function closingSentence({ model, texts, now, closed, dutyUntil }: RoomContext): string {
  if (closed !== null || model.viewer === null) return '';
  const runsOutAt = Date.parse(model.consultation?.expiresAt ?? '');
  const end = Math.min(runsOutAt, dutyUntil ?? runsOutAt);
  const count = LAST_MINUTES.find((minutes) => end > now && end - now <= minutes * MINUTE_MS);
  if (count === undefined) return '';
  // The last minute belongs to the duty.
  const time = texts.moments.clock(end === runsOutAt ? end : end - MINUTE_MS);
  return texts.say('closes-soon', { time, count });
}

/** If nobody can write any more, it does not promise that anything will be sent. */
function lostSentence({ texts, closed }: RoomContext): string {
  return texts.say(closed === null ? 'connection-lost' : 'unreachable');
}

/** The composer, or why there is none. */
function footView(
  context: RoomContext,
  actions: RoomActions,
  { draft, isTouch, widthRem }: ReaderState,
): TemplateResult | typeof nothing {
  const { model, texts, closed } = context;
  if (model.consultation === null || model.stage === 'refused') return nothing;
  if (closed !== null) return closedView(closed, context, actions, draft);
  if (model.viewer === null)
    return html`<div class="closed" part="closed"><h3>${texts.say('closed-onlooker-title')}</h3></div>`;
  return composerView(context, actions, draft, isTouch, widthRem);
}
