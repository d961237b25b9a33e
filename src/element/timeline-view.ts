import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { otherSide } from '../room/other-side.js';
import type { RoomNote } from '../room/room-note.js';
import type { TimelineEntry } from '../room/timeline.js';
import type { Texts } from '../texts/texts.js';
import { findsLinks } from './link-finder.js';
import { messageView, type Spoken } from './message-view.js';
import type { RoomActions, RoomContext } from './room-context.js';

type Entry = TimelineEntry<RoomNote>;

/** How many entries are drawn, skipped while far off the screen, and looked through for changes together. */
const BLOCK_ENTRIES = 40;

/** Draws everything that was said in blocks, so that for one new message it need not look at ten thousand old ones. */
export function timelineView(context: RoomContext, actions: RoomActions): TemplateResult {
  const { model, texts } = context;
  const entries = model.entries(texts.moments.dayKey);
  const blocks = blocksOf(entries);
  const keys = blockKeys(blocks.map(numberOf), model);
  return html`${repeat(
    blocks,
    (_block, index) => keys[index],
    (block, index) => blockView(block, index === blocks.length - 1, context, actions),
  )}`;
}

/** Divides entries by the `seq` of messages, so that older ones which come in front move nothing to another block. */
function blocksOf(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const blocks: Entry[][] = [];
  let number: number | null = null;
  let pending: Entry[] = [];
  for (const entry of entries) {
    // The line of a day belongs to the message below it.
    if (entry.kind === 'day') {
      pending.push(entry);
      continue;
    }
    const its: number | null = numberOf([entry]) ?? number;
    if (blocks.length === 0 || its !== number) blocks.push([]);
    number = its;
    blocks[blocks.length - 1]?.push(...pending, entry);
    pending = [];
  }
  return blocks;
}

/**
 * The number of a block, by its first message, because the line of a day moves to an earlier block when earlier
 * messages come. null if it has no message.
 */
function numberOf(block: readonly Entry[]): number | null {
  const first = block.find((entry) => entry.kind === 'message');
  return first === undefined ? null : Math.floor(first.message.seq / BLOCK_ENTRIES);
}

/** For each room, the block that keeps what was there before the first message. */
const firstDrawn = new WeakMap<object, number>();

/**
 * What waits to be sent is there before the messages come, and is at their end afterwards. Its block keeps its key, and
 * so is not drawn anew: a button in it keeps its focus, and a click that has begun.
 */
function blockKeys(numbers: readonly (number | null)[], room: object): readonly string[] {
  const last = numbers.at(-1) ?? null;
  if (last !== null && !firstDrawn.has(room)) firstDrawn.set(room, last);
  return numbers.map((number) => {
    if (number === (last === null ? null : firstDrawn.get(room))) return 'first';
    return number === null ? 'before' : `block:${number}`;
  });
}

function blockView(
  block: readonly Entry[],
  isLast: boolean,
  context: RoomContext,
  actions: RoomActions,
): TemplateResult {
  const { model, texts, now, partnerName, closed } = context;
  const readUpTo = model.viewer === null ? 0 : model.readSeq[otherSide(model.viewer)];
  const said = block.filter((entry) => entry.kind === 'message');
  const [first, last] = [said[0], said[said.length - 1]];
  /** Keeps a `seq` within the block, so that what changes for another block makes no difference to this one. */
  const within = (seq: number | null): number => {
    if (seq === null || first === undefined || last === undefined) return 0;
    return Math.min(Math.max(seq, first.message.seq - 1), last.message.seq);
  };
  const holdsOutgoing = block.some(({ kind }) => kind === 'outgoing');
  const isNewHere = model.newFromSeq !== null && within(model.newFromSeq) === model.newFromSeq;
  const dependencies = [
    ...block,
    texts,
    partnerName,
    model.viewer,
    within(readUpTo),
    isNewHere ? model.newFromSeq : null,
    holdsOutgoing ? `${readUpTo} ${model.phase} ${closed === null}` : '',
    texts.moments.dayKey(now),
    isLast,
    findsLinks(),
  ];
  return html`<div class=${isLast ? 'block block--last' : 'block'}>
    ${guard(dependencies, () =>
      repeat(
        block,
        ({ key }) => key,
        (entry) => entryView(entry, context, actions, readUpTo),
      ),
    )}
  </div>`;
}

function entryView(entry: Entry, context: RoomContext, actions: RoomActions, readUpTo: number): unknown {
  const { model, texts, now } = context;
  switch (entry.kind) {
    case 'day':
      return html`<div class="day" part="day"><span>${texts.capitalised(texts.moments.day(entry.at, now))}</span></div>`;
    case 'note':
      return html`<p class="note" part="note">${noteSentence(entry.note, texts, now)} · <time datetime=${new Date(entry.at).toISOString()}>${texts.moments.clock(entry.at)}</time></p>`;
    case 'message': {
      const isFirstNew = entry.message.seq === model.newFromSeq;
      return html`${isFirstNew ? newDivider(context, entry.message.seq) : nothing}${messageView(entry as Spoken, context, actions, readUpTo)}`;
    }
    case 'outgoing':
      return messageView(entry as Spoken, context, actions, readUpTo);
  }
}

/** Whoever has never read anything has not been away, and neither has whoever looked on without a connection. */
const newDivider = ({ model, texts }: RoomContext, seq: number): TemplateResult =>
  html`<div class="new" part="new" data-new><span>${texts.say(model.isNewSinceAway && seq > 1 ? 'new-since-away' : 'new')}</span></div>`;

function noteSentence(note: RoomNote, texts: Texts, now: number): string {
  switch (note.kind) {
    case 'joined':
    case 'left':
    case 'looked-in':
    case 'came-back':
      return texts.say(`note-${note.kind}`, { name: note.name ?? texts.say('somebody') });
    case 'ended':
    case 'ran-out':
    case 'reopened':
      return texts.say(`note-${note.kind}`);
    case 'open-until':
      return texts.say('note-open-until', { moment: texts.moment(note.until, now) });
  }
}
