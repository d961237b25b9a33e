import { consultationInAddress } from './address.js';
import { keptForTab } from './kept.js';

/** The address of the page. It names a consultation, or the list if it names none. */
export interface Routes {
  readonly consultationId: string | null;
  hrefOf(consultationId: string | null): string;
  /** @param way `push` if somebody chooses to go there, so that Back returns here. */
  go(consultationId: string | null, way: 'push' | 'replace'): void;
  /** Goes to the list if another person has been at this address in this tab. */
  own(): void;
}

/** @param changed called whenever the address changes, with an event if by the browser's Back or Forward. */
export function createRoutes(base: string, changed: (event?: Event) => void): Routes {
  const hrefOf = (id: string | null): string => (id === null ? base : `${base}c/${encodeURIComponent(id)}`);
  window.addEventListener('popstate', changed);
  /** A number for the person's stay, which says nothing of them, because browsers may keep it longer than the tab is open. */
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
