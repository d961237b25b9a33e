import type { Sender } from '../../../src/protocol/wire.js';
import type { FinalLog, InboxCounts, InboxView, ReadEvent, SeenMessage } from '../history.js';
import type { Report } from './violation.js';

/** In the end, every inbox shows what the log says: the head, the own mark, and the other party's messages behind it. */
export function checkInboxes({ events, readEvents, inboxes }: FinalLog, report: Report): void {
  for (const { detail } of wrongInboxes(inboxes, events, readEvents)) report('h', 'inbox-differs', detail);
}

export function wrongInboxes(
  inboxes: readonly InboxView[],
  messages: readonly SeenMessage[],
  readEvents: readonly ReadEvent[],
): readonly { readonly detail: string }[] {
  return inboxes.flatMap(({ watcher, consultationId, sender, counts }) => {
    const expected = countsOf(consultationId, sender, messages, readEvents);
    if (counts !== null && textOf(counts) === textOf(expected)) return [];
    const shown = counts === null ? 'nothing' : textOf(counts);
    return [{ detail: `${watcher} shows ${shown}, not ${textOf(expected)}` }];
  });
}

/** Recomputed from the log alone. */
function countsOf(
  consultationId: string,
  sender: Sender,
  messages: readonly SeenMessage[],
  readEvents: readonly ReadEvent[],
): InboxCounts {
  const here = messages.filter((message) => message.consultationId === consultationId);
  const marks = readEvents.filter((one) => one.consultationId === consultationId && one.reader === sender);
  const readSeq = Math.max(0, ...marks.map(({ seq }) => seq));
  const unread = here.filter((message) => message.sender !== sender && message.seq > readSeq).length;
  return { headSeq: here.reduce((head, { seq }) => Math.max(head, seq), 0), readSeq, unread };
}

function textOf({ headSeq, readSeq, unread }: InboxCounts): string {
  return `head ${headSeq}, read ${readSeq}, unread ${unread}`;
}
