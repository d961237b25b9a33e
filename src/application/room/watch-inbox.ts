import type { Sender } from '../../domain/consultation/events.js';
import { MAX_PAGE_ITEMS } from '../answers/answer.js';
import { checkLimit } from '../answers/check-limit.js';
import { type Refusal, refuse } from '../answers/refusal.js';
import type { Requester } from '../lookup/requester.js';
import { NO_SUCH_PLACE, placeOfText, placeText } from '../lookup/summary-place.js';
import type { ConnectionId } from '../ports/broadcaster.js';
import { type Directory, placeOf, type SummaryOrder, type SummaryPlace } from '../ports/directory.js';
import type { ConsultationSummary, InboxItem } from '../ports/notification.js';
import type { Scheduler } from '../ports/scheduler.js';
import type { Attendance } from './attendance.js';
import type { InboxNews } from './inbox-news.js';
import type { InboxRegistry, Watch } from './inbox-registry.js';
import { isSameItem } from './inbox-telling.js';
import { filterOf, type InboxUpdates } from './inbox-updates.js';
import { presentParties } from './present-parties.js';

export interface WatchInboxRequest {
  readonly connectionId: ConnectionId;
  readonly sort: 'waiting' | 'activity';
  /** The `next` of the page before; null for the first one. */
  readonly after: string | null;
  /** 1 to `MAX_PAGE_ITEMS`. */
  readonly limit: number;
  /** Demo mode: whose inbox it is. Otherwise it is the caller's, whatever is said here. */
  readonly sender: Sender | null;
  readonly userId: string | null;
}

export interface InboxPage {
  readonly outcome: 'inbox';
  readonly items: readonly InboxItem[];
  /** null on the last page. */
  readonly next: string | null;
  /**
   * The unread consultations of later pages, in the same order, so that whoever has the first page can count everything
   * that is unread. At most `MAX_PAGE_ITEMS`, and only with the first page.
   */
  readonly moreUnread: readonly InboxItem[];
}

export interface WatchInbox {
  /**
   * Reads a page of the caller's own consultations. From now on the connection is told of every change in any of
   * them, until it ends, belongs to somebody else, or unwatches.
   */
  watch(by: Requester, request: WatchInboxRequest): Promise<InboxPage | Refusal>;
  /** Does nothing for a connection that does not watch. */
  unwatch(connectionId: ConnectionId): void;
}

export interface WatchInboxDependencies {
  readonly registry: InboxRegistry;
  readonly updates: InboxUpdates;
  readonly news: InboxNews;
  readonly directory: Pick<Directory, 'summaries'>;
  readonly attendance: Pick<Attendance, 'present'>;
  readonly scheduler: Pick<Scheduler, 'yield'>;
}

interface Owner {
  readonly side: Sender;
  readonly personId: string;
}

export function createWatchInbox(dependencies: WatchInboxDependencies): WatchInbox {
  const { registry, updates, news, directory, attendance, scheduler } = dependencies;

  function unwatch(connectionId: ConnectionId): void {
    registry.remove(connectionId);
    if (registry.count() === 0) news.listen(null);
  }

  /** Called before anything is read, so that nothing that happens during the read is missed. */
  function begin(connectionId: ConnectionId, owner: Owner): Watch {
    const known = registry.find(connectionId);
    if (known !== undefined && known.side === owner.side && known.personId === owner.personId) return known;
    registry.remove(connectionId);
    const watch: Watch = { connectionId, ...owner, shown: new Set(), answering: 0 };
    registry.add(watch);
    news.listen(updates);
    return watch;
  }

  function itemOf(watch: Watch, summary: ConsultationSummary): InboxItem {
    const present = presentParties(attendance, summary.consultationId);
    const before = registry.show(watch, summary, present);
    // During the read, somebody was told something else about the consultation, which may be newer.
    if (before !== undefined && !isSameItem(before, summary, present))
      updates.tellAgain(summary.consultationId);
    return { ...summary, side: watch.side, present };
  }

  async function read(
    watch: Watch,
    request: WatchInboxRequest,
    after: SummaryPlace | null,
  ): Promise<InboxPage> {
    const { sort: order, limit } = request;
    const question = { filter: filterOf(watch), order, unreadBy: null, after };
    const found = await directory.summaries(question, limit + 1);
    const items = found.slice(0, limit).map(({ state }) => state);
    const last = found.length > limit ? items.at(-1) : undefined;
    const lastPlace = last === undefined ? null : placeOf(order, last);
    const more = lastPlace === null || after !== null ? [] : await unreadAfter(watch, order, lastPlace);
    // The connection may be gone by now.
    const isWatching = registry.find(watch.connectionId) === watch;
    const shown = (some: readonly ConsultationSummary[]): readonly InboxItem[] =>
      isWatching ? some.map((item) => itemOf(watch, item)) : [];
    const next = lastPlace === null ? null : placeText(lastPlace);
    return { outcome: 'inbox', items: shown(items), next, moreUnread: shown(more) };
  }

  async function unreadAfter(
    watch: Watch,
    order: SummaryOrder,
    after: SummaryPlace,
  ): Promise<readonly ConsultationSummary[]> {
    const question = { filter: filterOf(watch), order, unreadBy: watch.side, after };
    return (await directory.summaries(question, MAX_PAGE_ITEMS)).map(({ state }) => state);
  }

  return {
    watch: async ({ caller }, request) => {
      const { connectionId, sort } = request;
      const owner = ownerOf(caller, request);
      if ('outcome' in owner) return owner;
      const after = request.after === null ? null : placeOfText(sort, request.after);
      if (after === null && request.after !== null) return NO_SUCH_PLACE;
      const invalid = checkLimit(request.limit);
      if (invalid !== null) return invalid;
      const isNew = registry.find(connectionId) === undefined;
      const watch = begin(connectionId, owner);
      watch.answering += 1;
      try {
        return await read(watch, request, after);
      } catch (error) {
        if (isNew) unwatch(connectionId);
        throw error;
      } finally {
        // By then the answer is on its way.
        void scheduler.yield().then(() => {
          watch.answering -= 1;
        });
      }
    },
    unwatch,
  };
}

/** Whose inbox the caller sees. */
function ownerOf(caller: Requester['caller'], { sender, userId }: WatchInboxRequest): Owner | Refusal {
  switch (caller.role) {
    case 'patient':
      return { side: 'user', personId: caller.id };
    case 'doctor':
      return { side: 'doctor', personId: caller.id };
    case 'admin':
      return refuse('consultation.forbidden');
    case 'anyone': {
      const reason = 'is required while nobody vouches for who it is';
      if (sender === null) return refuse('request.invalid', { field: 'sender', reason });
      if (userId === null) return refuse('request.invalid', { field: 'userId', reason });
      return { side: sender, personId: userId };
    }
  }
}
