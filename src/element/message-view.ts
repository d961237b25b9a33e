import { html, nothing, type TemplateResult } from 'lit';
import type { ConnectionPhase } from '../room/connection-phase.js';
import { canRetry, type Failure } from '../room/failure.js';
import type { RoomNote } from '../room/room-note.js';
import type { OutgoingMessage, TimelineEntry } from '../room/timeline.js';
import type { MessageId } from '../texts/messages.js';
import type { Texts } from '../texts/texts.js';
import { linkedParts } from './link-finder.js';
import type { RoomActions, RoomContext } from './room-context.js';

export type Spoken = Extract<TimelineEntry<RoomNote>, { kind: 'message' | 'outgoing' }>;

/** @param readUpTo the last `seq` that the other party has read. */
export function messageView(
  entry: Spoken,
  context: RoomContext,
  actions: RoomActions,
  readUpTo: number,
): TemplateResult {
  const { model, texts } = context;
  const isOwn = entry.sender === model.viewer;
  const side = isOwn ? 'own' : 'other';
  const name = nameOf(entry, context);
  const state = entry.kind === 'message' ? 'stored' : entry.outgoing.progress.state;
  const time = texts.moments.clock(entry.at);
  const seq = entry.kind === 'message' ? entry.message.seq : nothing;
  const classes = `message ${side}${entry.startsGroup ? ' first' : ''}${entry.endsGroup ? ' last' : ''}`;
  const showsMeta = entry.endsGroup || state !== 'stored';
  return html`<div class=${classes} part="message message-${side}" data-state=${state} data-seq=${seq}>
    <p class="hidden">${texts.say('said-by', { name: isOwn ? texts.say('you') : name, time })}</p>
    ${!isOwn && entry.startsGroup ? html`<p class="by" aria-hidden="true"><bdi>${name}</bdi></p>` : nothing}
    <div class="bubble" part="bubble bubble-${side}" dir="auto" title=${time}>${textView(entry.content)}</div>
    ${isOwn ? nothing : html`<i class="end" data-end=${seq}></i>`}
    ${showsMeta ? metaView(entry, isOwn, context, time, readUpTo) : nothing}
    ${entry.kind === 'outgoing' ? problemView(entry.outgoing, context, actions) : nothing}
  </div>`;
}

function nameOf(entry: Spoken, { model, texts }: RoomContext): string {
  return model.consultation?.[entry.sender].name ?? texts.say(`role-${entry.sender}`);
}

/** Text goes in as text; only what `linkedParts` takes for a link becomes one. */
function textView(content: string): unknown {
  return linkedParts(content).map(({ text, href }) =>
    href === null
      ? text
      : html`<a href=${href} target=${href.startsWith('http') ? '_blank' : nothing} rel="noopener noreferrer">${text}</a>`,
  );
}

/** What is said of a message on its way, by the connection's phase. In other phases it waits for the connection. */
const ON_ITS_WAY: Readonly<Partial<Record<ConnectionPhase, MessageId>>> = {
  online: 'delivery-sending',
  'signed-out': 'delivery-signed-out',
};

function metaView(
  entry: Spoken,
  isOwn: boolean,
  { model, texts, closed }: RoomContext,
  time: string,
  readUpTo: number,
): TemplateResult {
  const progress = entry.kind === 'outgoing' ? entry.outgoing.progress : null;
  if (progress?.state === 'waiting' || progress?.state === 'sending') {
    const onItsWay = ON_ITS_WAY[model.phase] ?? 'delivery-waiting';
    // The message may have arrived before the consultation closed. Only the server's answer tells.
    return html`<p class="meta">${texts.say((closed === null ? onItsWay : 'delivery-unconfirmed') as 'delivery-sending')}</p>`;
  }
  if (progress?.state === 'failed') return html`<p class="meta bad">${texts.say('delivery-failed')}</p>`;
  const seq = entry.kind === 'message' ? entry.message.seq : (progress?.seq ?? Number.POSITIVE_INFINITY);
  const delivery = seq <= readUpTo ? 'delivery-read' : 'delivery-sent';
  return html`<p class="meta">
    <time aria-hidden="true" datetime=${new Date(entry.at).toISOString()}>${time}</time>
    ${isOwn ? html`<span class=${delivery === 'delivery-read' ? 'read' : ''}>${texts.say(delivery)}</span>` : nothing}
  </p>`;
}

function problemView(
  { clientMessageId, content, progress }: OutgoingMessage,
  { texts, closed }: RoomContext,
  actions: RoomActions,
): TemplateResult | typeof nothing {
  if (progress.state === 'stored') return nothing;
  // Where nobody can write any more, people can still read what they wrote, and copy it elsewhere.
  if (closed !== null)
    return html`<div class="problem" part="problem">
      ${progress.state === 'failed' ? html`<p>${failureSentence(progress.failure, texts)}</p>` : nothing}
      <div class="actions">${copyButton(content, texts, actions)}</div>
    </div>`;
  if (progress.state !== 'failed') return nothing;
  const { failure } = progress;
  return html`<div class="problem" part="problem">
    <p>${failureSentence(failure, texts)}</p>
    <div class="actions">
      ${
        canRetry(failure)
          ? html`<button class="text-button" type="button" @click=${() => actions.retry(clientMessageId)}>${texts.say('try-again')}</button>`
          : nothing
      }
      <button class="text-button" type="button" @click=${() => actions.edit(clientMessageId, content)}>${texts.say('edit')}</button>
    </div>
  </div>`;
}

/** A button that copies the text beside it. */
export function copyButton(text: string, texts: Texts, actions: RoomActions): TemplateResult {
  return html`<button class="text-button" type="button" @click=${(event: Event) => actions.copy(text, event)}>${texts.say('copy')}</button>`;
}

export function failureSentence(failure: Failure, texts: Texts): string {
  return texts.refusal(failure.kind === 'refused' ? failure.error : { code: 'client.outbox_full' });
}
