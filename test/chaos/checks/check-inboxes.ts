import type { Sender } from '../../../src/protocol/wire.js';
import type { FinalLog, InboxCounts, InboxView, ReadEvent, SeenMessage } from '../history.js';
import { groupBy } from './group-by.js';
import type { Report } from './violation.js';

/** What an inbox counts of a message. */
export type CountedMessage = Pick<SeenMessage, 'consultationId' | 'sender' | 'seq'>;

/** In the end, every inbox shows what the log says: the head, the own mark, and the other party's messages behind it. */
export function checkInboxes({ events, readEvents, inboxes }: FinalLog, report: Report): void {
  for (const { detail } of wrongInboxes(inboxes, events, readEvents)) report('h', 'inbox-differs', detail);
}

export function wrongInboxes(
  inboxes: readonly InboxView[],
  messages: readonly CountedMessage[],
  readEvents: readonly ReadEvent[],
): readonly { readonly detail: string }[] {
  const messagesOf = groupBy(messages, ({ consultationId }) => consultationId);
  const marksOf = groupBy(readEvents, ({ consultationId, reader }) => `${consultationId}/${reader}`);
  return inboxes.flatMap(({ watcher, consultationId, sender, counts }) => {
    const marks = marksOf.get(`${consultationId}/${sender}`) ?? [];
    const expected = countsOf(sender, messagesOf.get(consultationId) ?? [], marks);
    if (counts !== null && textOf(counts) === textOf(expected)) return [];
    const shown = counts === null ? 'nothing' : textOf(counts);
    return [{ detail: `${watcher} shows ${shown}, not ${textOf(expected)}` }];
  });
}

/** Recomputed from the log alone. */
function countsOf(
  sender: Sender,
  messages: readonly CountedMessage[],
  marks: readonly ReadEvent[],
): InboxCounts {
  const readSeq = highestSeq(marks);
  const unread = messages.filter((message) => message.sender !== sender && message.seq > readSeq).length;
  return { headSeq: highestSeq(messages), readSeq, unread };
}

function highestSeq(items: readonly { readonly seq: number }[]): number {
  return items.reduce((highest, { seq }) => Math.max(highest, seq), 0);
}

function textOf({ headSeq, readSeq, unread }: InboxCounts): string {
  return `head ${headSeq}, read ${readSeq}, unread ${unread}`;
}
