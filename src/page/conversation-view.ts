import type { Sender } from '../protocol/wire.js';
import { canRetry } from '../room/failure.js';
import { initials } from '../room/initials.js';
import type { OutgoingMessage, TimelineEntry } from '../room/timeline.js';
import { byId, element } from './dom.js';
import { sentenceForFailure } from './error-sentences.js';
import type { TimeWords } from './time-words.js';

export interface ConversationContext {
  readonly viewer: Sender;
  /** The names by role. Until the server has told a name, it is the role's own. */
  readonly names: Readonly<Record<Sender, string>>;
  readonly online: boolean;
  /** Up to which `seq` the other side has read. */
  readonly readUpTo: number;
  readonly now: number;
}

export interface ConversationView {
  /** Whether the reader is at the end and stays there, whatever grows or shrinks around it. */
  readonly follows: boolean;
  render(entries: readonly TimelineEntry[], context: ConversationContext): void;
  /** Runs `change` for messages of before the reader came, so that no screen reader reads every line of them aloud. */
  silently(change: () => void): void;
  scrollToEnd(): void;
}

export interface ConversationViewDeps {
  readonly words: TimeWords;
  /** The reader has scrolled to the end. */
  readonly cameToEnd: () => void;
  readonly retry: (clientMessageId: string) => void;
  /** Takes the message back to the composer, to be changed. */
  readonly edit: (outgoing: OutgoingMessage) => void;
}

type Spoken = Extract<TimelineEntry, { kind: 'message' | 'outgoing' }>;

/** Within this distance of the end (CSS px) the reader counts as being there. */
const nearEndPx = 80;

export function createConversationView(deps: ConversationViewDeps): ConversationView {
  const stream = byId('stream', HTMLElement);
  const list = byId('messages', HTMLElement);
  const jump = byId('jump', HTMLButtonElement);
  const shown = new Map<string, { readonly node: HTMLElement; signature: string }>();
  let unread = 0;
  // Not every browser lets the keyboard scroll an element that holds no button.
  stream.tabIndex = 0;

  const isAtEnd = (): boolean => stream.scrollHeight - stream.scrollTop - stream.clientHeight < nearEndPx;
  let follows = true;

  function showUnread(count: number): void {
    unread = count;
    jump.hidden = count === 0;
    jump.textContent = count === 1 ? '1 new message' : `${count} new messages`;
  }

  function arriveAtEnd(): void {
    follows = true;
    showUnread(0);
    deps.cameToEnd();
  }

  function scrollToEnd(): void {
    stream.scrollTop = stream.scrollHeight;
    if (!follows) arriveAtEnd();
  }

  jump.addEventListener('click', scrollToEnd);
  stream.addEventListener('scroll', () => {
    if (!isAtEnd()) follows = false;
    else if (!follows) arriveAtEnd();
  });
  const resized = new ResizeObserver(() => {
    if (follows) scrollToEnd();
  });
  resized.observe(stream);
  resized.observe(list);

  /** Leaves unchanged lines alone, so that neither a focused button nor a screen reader's place gets lost. */
  function place(
    entry: TimelineEntry,
    context: ConversationContext,
    before: Element | null,
  ): { node: HTMLElement; isNew: boolean } {
    const known = shown.get(entry.key);
    const signature = signatureOf(entry, context);
    const kept = known ?? { node: element('div', ''), signature: '' };
    if (kept.signature !== signature) {
      kept.signature = signature;
      fill(kept.node, entry, context, deps);
    }
    shown.set(entry.key, kept);
    if (kept.node !== before) list.insertBefore(kept.node, before);
    return { node: kept.node, isNew: known === undefined };
  }

  function dropGone(entries: readonly TimelineEntry[]): void {
    const keys = new Set(entries.map((entry) => entry.key));
    for (const [key, { node }] of shown) {
      if (keys.has(key)) continue;
      node.remove();
      shown.delete(key);
    }
  }

  /** Puts every line in its place and returns the entries that were not on screen before. */
  function placeAll(
    entries: readonly TimelineEntry[],
    context: ConversationContext,
  ): readonly TimelineEntry[] {
    let next = list.firstElementChild;
    return entries.filter((entry) => {
      const { node, isNew } = place(entry, context, next);
      next = node.nextElementSibling;
      return isNew;
    });
  }

  return {
    get follows() {
      return follows;
    },
    render(entries, context) {
      dropGone(entries);
      const added = placeAll(entries, context);
      const fromOther = added.filter((entry) => entry.kind === 'message' && entry.sender !== context.viewer);
      if (follows || added.some((entry) => entry.kind === 'outgoing')) scrollToEnd();
      else if (fromOther.length > 0) showUnread(unread + fromOther.length);
    },
    silently(change) {
      list.setAttribute('aria-live', 'off');
      change();
      requestAnimationFrame(() => list.setAttribute('aria-live', 'polite'));
    },
    scrollToEnd,
  };
}

function signatureOf(entry: TimelineEntry, context: ConversationContext): string {
  if (entry.kind === 'note') return entry.note;
  if (entry.kind === 'day') return new Date(context.now).toDateString();
  const { startsGroup, endsGroup, sender } = entry;
  const progress = entry.kind === 'outgoing' ? entry.outgoing.progress : null;
  return JSON.stringify([
    startsGroup,
    endsGroup,
    context.viewer,
    context.names[sender],
    progress,
    progress && context.online,
    isRead(entry, context),
  ]);
}

/** Whether the other side has seen the message; false for messages that are not the viewer's own. */
function isRead(entry: Spoken, context: ConversationContext): boolean {
  if (entry.sender !== context.viewer) return false;
  if (entry.kind === 'message') return entry.message.seq <= context.readUpTo;
  const { progress } = entry.outgoing;
  return progress.state === 'stored' && progress.seq <= context.readUpTo;
}

function fill(
  node: HTMLElement,
  entry: TimelineEntry,
  context: ConversationContext,
  deps: ConversationViewDeps,
): void {
  if (entry.kind === 'day') {
    node.className = 'day';
    node.replaceChildren(element('span', '', deps.words.day(entry.at, context.now)));
    return;
  }
  if (entry.kind === 'note') {
    node.className = 'note';
    node.replaceChildren(element('span', '', entry.note), ' ', timeElement(entry.at, deps.words));
    return;
  }
  fillMessage(node, entry, context, deps);
}

function fillMessage(
  node: HTMLElement,
  entry: Spoken,
  context: ConversationContext,
  deps: ConversationViewDeps,
): void {
  const own = entry.sender === context.viewer;
  const name = context.names[entry.sender];
  const state = entry.kind === 'message' ? 'delivered' : entry.outgoing.progress.state;
  node.className = 'message';
  node.dataset['side'] = own ? 'own' : 'other';
  node.dataset['speaker'] = entry.sender;
  node.dataset['state'] = state;
  node.toggleAttribute('data-starts-group', entry.startsGroup);
  node.toggleAttribute('data-ends-group', entry.endsGroup);

  const parts: HTMLElement[] = [];
  if (!own && entry.endsGroup) parts.push(avatarElement(name));
  const showsName = !own && entry.startsGroup;
  const byline = showsName
    ? element('p', 'message__name', name)
    : element('p', 'visually-hidden', `${own ? 'You' : name}:`);
  const bubble = element('div', 'message__bubble', entry.content);
  bubble.dir = 'auto';
  parts.push(byline, bubble);
  if (entry.endsGroup || !isThrough(state)) parts.push(metaElement(entry, own, context, deps.words));
  if (entry.kind === 'outgoing' && entry.outgoing.progress.state === 'failed') {
    parts.push(problemElement(entry.outgoing, entry.outgoing.progress.failure, context, deps));
  }
  node.replaceChildren(...parts);
}

const isThrough = (state: string): boolean => state === 'delivered' || state === 'stored';

function metaElement(
  entry: Spoken,
  own: boolean,
  context: ConversationContext,
  words: TimeWords,
): HTMLElement {
  const meta = element('p', 'message__meta');
  const progress = entry.kind === 'outgoing' ? entry.outgoing.progress.state : 'stored';
  if (progress === 'waiting')
    meta.append(context.online ? 'Waiting to be sent' : 'Waiting for the connection');
  else if (progress === 'sending') meta.append('Sending…');
  else if (progress === 'failed') meta.append('Not sent');
  else {
    meta.append(timeElement(entry.at, words));
    const read = isRead(entry, context);
    if (own)
      meta.append(
        element('span', read ? 'message__sent message__sent--read' : 'message__sent', read ? 'Read' : 'Sent'),
      );
  }
  return meta;
}

function problemElement(
  outgoing: OutgoingMessage,
  failure: Parameters<typeof sentenceForFailure>[0],
  context: ConversationContext,
  deps: ConversationViewDeps,
): HTMLElement {
  const box = element('div', 'message__problem');
  box.append(element('p', '', sentenceForFailure(failure, deps.words, context.now)));
  const actions = element('div', 'message__actions');
  if (canRetry(failure)) {
    const retry = element('button', 'text-button', 'Try again');
    retry.type = 'button';
    retry.addEventListener('click', () => deps.retry(outgoing.clientMessageId));
    actions.append(retry);
  }
  const edit = element('button', 'text-button', 'Edit');
  edit.type = 'button';
  edit.addEventListener('click', () => deps.edit(outgoing));
  actions.append(edit);
  box.append(actions);
  return box;
}

function avatarElement(name: string): HTMLElement {
  const avatar = element('span', 'avatar avatar--small', initials(name));
  avatar.setAttribute('aria-hidden', 'true');
  return avatar;
}

function timeElement(at: number, words: TimeWords): HTMLElement {
  const time = element('time', '', words.clock(at));
  time.dateTime = new Date(at).toISOString();
  return time;
}
