import type { FinalLog, History, Moment, SeenMessage, Send } from '../history.js';
import { groupBy } from './group-by.js';

/** One message as its author meant it: all attempts that carry the same id. */
export interface Intended {
  readonly name: string;
  readonly consultationId: string;
  readonly attempts: Send[];
  firstInvokedAt: Moment;
  /** The first acknowledgement, and its `seq`. */
  acknowledged: { readonly at: Moment; readonly messageId: string; readonly seq: number } | null;
}

export interface Attempts {
  readonly intended: readonly Intended[];
  /** Whose message this is; undefined for one that nobody sent. */
  of(message: SeenMessage): Intended | undefined;
}

/**
 * Groups attempts to messages: by consultation, author and id. One that was sent without an id is a message of its
 * own; it is known by its content, which the load makes unique.
 */
export function groupAttempts({ sends }: History): Attempts {
  const byKey = new Map<string, Intended>();
  for (const send of sends) {
    const key = keyOf(send);
    const known = byKey.get(key);
    if (known === undefined) {
      byKey.set(key, newIntended(send));
      continue;
    }
    known.attempts.push(send);
    known.firstInvokedAt = Math.min(known.firstInvokedAt, send.invokedAt);
    const acknowledged = acknowledgementOf(send);
    if (acknowledged !== null && acknowledged.at < (known.acknowledged?.at ?? Number.POSITIVE_INFINITY)) {
      known.acknowledged = acknowledged;
    }
  }
  /** What many have seen is one object, which is looked up once. */
  const found = new Map<SeenMessage, Intended | undefined>();
  return {
    intended: [...byKey.values()],
    of: (message) => {
      if (!found.has(message)) {
        // What was sent without an id may come back with one that the server made.
        const intended = byKey.get(keyOf(message)) ?? byKey.get(keyOf({ ...message, clientMessageId: null }));
        found.set(message, intended);
      }
      return found.get(message);
    },
  };
}

function newIntended(send: Send): Intended {
  const { consultationId, sender, clientMessageId, device } = send;
  return {
    name: `${consultationId}/${sender}/${clientMessageId ?? `(no id, by ${device})`}`,
    consultationId,
    attempts: [send],
    firstInvokedAt: send.invokedAt,
    acknowledged: acknowledgementOf(send),
  };
}

function acknowledgementOf({ outcome, settledAt }: Send): Intended['acknowledged'] {
  if (outcome.type !== 'ok') return null;
  return { at: settledAt, messageId: outcome.messageId, seq: outcome.seq };
}

type Keyed = Pick<SeenMessage, 'consultationId' | 'sender' | 'clientMessageId' | 'content'>;

function keyOf({ consultationId, sender, clientMessageId, content }: Keyed): string {
  return JSON.stringify([consultationId, sender, clientMessageId ?? { content }]);
}

/** The stored messages by consultation, in the order of `seq`. */
export function byConsultation({ rows }: FinalLog): ReadonlyMap<string, readonly SeenMessage[]> {
  return groupBy(rows, ({ consultationId }) => consultationId);
}
