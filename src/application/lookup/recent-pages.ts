import type { ChatMessage, Parties } from '../ports/notification.js';
import type { Scheduler } from '../ports/scheduler.js';

/** A page of messages that is asked for. */
export interface WantedMessages {
  readonly consultationId: string;
  /** The `seq` behind which the page starts, or before which it ends; null for the newest page. */
  readonly from: { readonly after: number } | { readonly before: number } | null;
  /** 1 to `MAX_PAGE_MESSAGES`. */
  readonly limit: number;
}

/** A page is kept for one to two of these, in ms. */
const GENERATION_MS = 1_000;
/** The UTF-16 units of contents that are kept at the same time. When there is no room, a page is not kept. */
const MAX_UNITS = 8 * 1024 * 1024;

/**
 * The pages that were read a moment ago. After an outage both parties of a consultation, with all of their devices, ask
 * for the same messages. The second of them gets the page of the first, so it is neither read nor written again:
 * adapters recognise a page that they have written.
 */
export interface RecentPages {
  /** A page that was read for the same question; undefined if none is kept. */
  find(wanted: WantedMessages, parties: Parties): readonly ChatMessage[] | undefined;
  /**
   * Called before a page is read. The function that it returns keeps the page, unless `forgetAll` was called meanwhile.
   * It keeps only pages that nothing can change: those that begin at a given message and are full. Messages do not
   * change, and none comes in between. All other pages may grow.
   */
  keeper(): (wanted: WantedMessages, page: readonly ChatMessage[]) => void;
  /** Gives up all pages, because the store may have lost some of their messages. */
  forgetAll(): void;
}

interface Generation {
  readonly pages: Map<string, readonly ChatMessage[]>;
  units: number;
}

export interface RecentPagesDependencies {
  readonly scheduler: Pick<Scheduler, 'after'>;
}

export function createRecentPages({ scheduler }: RecentPagesDependencies): RecentPages {
  let young = emptyGeneration();
  let old = emptyGeneration();
  let forgotten = 0;
  let isAgeing = false;

  function age(): void {
    old = young;
    young = emptyGeneration();
    isAgeing = false;
    if (old.pages.size > 0) ageLater();
  }

  function ageLater(): void {
    if (isAgeing) return;
    isAgeing = true;
    scheduler.after(GENERATION_MS, { name: 'giving up pages of messages', run: async () => age() });
  }

  function keep(wanted: WantedMessages, page: readonly ChatMessage[]): void {
    const name = nameOf(wanted);
    const units = unitsOf(page);
    if (young.pages.has(name) || young.units + old.units + units > MAX_UNITS) return;
    young.pages.set(name, page);
    young.units += units;
    ageLater();
  }

  return {
    find: (wanted, parties) => {
      const name = nameOf(wanted);
      const page = young.pages.get(name) ?? old.pages.get(name);
      return page !== undefined && isOf(page, parties) ? page : undefined;
    },
    keeper: () => {
      const begun = forgotten;
      return (wanted, page) => {
        if (begun === forgotten && isFinal(wanted, page)) keep(wanted, page);
      };
    },
    forgetAll: () => {
      forgotten += 1;
      young = emptyGeneration();
      old = emptyGeneration();
    },
  };
}

function emptyGeneration(): Generation {
  return { pages: new Map(), units: 0 };
}

function nameOf({ consultationId, from, limit }: WantedMessages): string {
  return `${JSON.stringify(from)} ${limit} ${consultationId}`;
}

/** Whether the page will be the same for ever. */
function isFinal({ from, limit }: WantedMessages, page: readonly ChatMessage[]): boolean {
  return from !== null && page.length === limit;
}

/** Whether the page calls both parties what they are called now. */
function isOf([any]: readonly ChatMessage[], { patient, doctor }: Parties): boolean {
  return any !== undefined && any.patient.name === patient.name && any.doctor.name === doctor.name;
}

function unitsOf(page: readonly ChatMessage[]): number {
  let units = 0;
  for (const { content } of page) units += content.length;
  return units;
}
