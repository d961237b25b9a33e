import { consultationInAddress } from './address.js';

/** Which consultation the address names; null for the list. */
export interface Routes {
  readonly consultationId: string | null;
  hrefOf(consultationId: string | null): string;
  /** @param way `push` when somebody goes there, so that Back leads here again. */
  go(consultationId: string | null, way: 'push' | 'replace'): void;
}

/** @param changed called when somebody goes back or forth. */
export function createRoutes(base: string, changed: () => void): Routes {
  const hrefOf = (id: string | null): string => (id === null ? base : `${base}c/${encodeURIComponent(id)}`);
  window.addEventListener('popstate', changed);
  return {
    get consultationId() {
      return consultationInAddress(base);
    },
    hrefOf,
    go(id, way) {
      history[`${way}State`]({ fromList: way === 'push' }, '', hrefOf(id));
      changed();
    },
  };
}
