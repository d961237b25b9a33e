import { consultationInAddress } from './address.js';
import { keptForTab } from './kept.js';

/** Which consultation the address names; null for the list. */
export interface Routes {
  readonly consultationId: string | null;
  hrefOf(consultationId: string | null): string;
  /** @param way `push` when somebody goes there, so that Back leads here again. */
  go(consultationId: string | null, way: 'push' | 'replace'): void;
  /** The list, where the address is one that another person has been at in this tab. */
  own(): void;
}

/** @param changed called when somebody goes somewhere, with an event when they go back or forth. */
export function createRoutes(base: string, changed: (event?: Event) => void): Routes {
  const hrefOf = (id: string | null): string => (id === null ? base : `${base}c/${encodeURIComponent(id)}`);
  window.addEventListener('popstate', changed);
  /** By a number that says nothing of the person: a browser may keep it longer than the tab is open. */
  const since = (): string | null => keptForTab.read('since');
  function go(id: string | null, way: 'push' | 'replace'): void {
    history[`${way}State`]({ fromList: way === 'push', since: since() }, '', hrefOf(id));
    changed();
  }
  return {
    get consultationId() {
      return consultationInAddress(base);
    },
    hrefOf,
    go,
    own() {
      const mine = since();
      const at = { since: mine, ...history.state };
      if (at.since === mine) history.replaceState(at, '');
      else go(null, 'replace');
    },
  };
}
