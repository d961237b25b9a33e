import { SECOND_MS } from '../../domain/instant.js';
import { MAX_PAGE_ITEMS } from '../answers/answer.js';
import type { PeerSender } from '../peers/peer-sender.js';
import type { StreamVersion } from '../ports/event-store.js';
import type { ScheduledJob, Scheduler } from '../ports/scheduler.js';
import type { InboxNews } from './inbox-news.js';

/** After this time, in ms, the store stores nothing more that it has not answered: no statement may run for so long. */
export const DOUBT_MS = 5 * SECOND_MS;
/** How many streams are remembered to be told of again. If there are more, everything counts as missed. */
const MAX_DOUBTFUL = 10_000;

/**
 * Tells of a stream to which something may have been stored without an answer, because then nobody else may tell of it.
 * It does so at once, and again when it is certain whether something was stored: after `DOUBT_MS`, and before twice
 * that. Telling neither waits nor throws.
 */
export interface TellDoubtful {
  tell(stream: StreamVersion): void;
  stop(): Promise<void>;
}

export interface TellDoubtfulDependencies {
  readonly news: Pick<InboxNews, 'moved' | 'missed'>;
  readonly peerSender: Pick<PeerSender, 'doubted'>;
  readonly scheduler: Pick<Scheduler, 'after'>;
}

export function createTellDoubtful({ news, peerSender, scheduler }: TellDoubtfulDependencies): TellDoubtful {
  /** The streams that were first told of since the timer last rang, and those from before that. */
  let young = new Map<string, StreamVersion>();
  let old: readonly StreamVersion[] = [];
  let isOverfull = false;
  let next: ScheduledJob | null = null;
  let isStopped = false;

  function tellAll(streams: readonly StreamVersion[]): void {
    news.moved(streams);
    peerSender.doubted(streams);
  }

  function wake(): void {
    next = isStopped ? null : scheduler.after(DOUBT_MS, { name: 'doubtful', run: tellAgain });
  }

  async function tellAgain(): Promise<void> {
    for (let at = 0; at < old.length; at += MAX_PAGE_ITEMS) tellAll(old.slice(at, at + MAX_PAGE_ITEMS));
    if (isOverfull) news.missed();
    isOverfull = false;
    old = [...young.values()];
    young = new Map();
    if (old.length > 0) wake();
    else next = null;
  }

  return {
    tell: (stream) => {
      tellAll([stream]);
      if (young.size < MAX_DOUBTFUL) young.set(stream.streamId, stream);
      else isOverfull = true;
      if (next === null) wake();
    },
    stop: async () => {
      isStopped = true;
      await next?.stop();
      next = null;
    },
  };
}
