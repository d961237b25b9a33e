/** What goes between this page and the page that has opened or framed it; `docs/pages.md` says the same. */
const WANTED = 'consultation-chat:token-wanted';
const TOKEN = 'consultation-chat:token';
/** A host page that has not answered by then (ms) has none to give. */
const ANSWER_MS = 5_000;

export interface HostPage {
  /** Asks for a fresh token. null where there is no host page that may give one, or none that answers. */
  ask(): Promise<string | null>;
}

/**
 * @param origins whose pages may hand in tokens; messages of all others are not looked at.
 * @param handedIn hears of each token that comes, asked for or not.
 */
export function createHostPage(origins: readonly string[], handedIn: (token: string) => void): HostPage {
  const around = [window.parent, window.opener as Window | null].filter(
    (one): one is Window => one !== null && one !== window,
  );
  const waiting = new Set<(token: string) => void>();

  if (origins.length > 0)
    window.addEventListener('message', ({ origin, source, data }: MessageEvent<unknown>) => {
      const token = origins.includes(origin) && around.includes(source as Window) ? tokenIn(data) : null;
      if (token === null) return;
      for (const answer of waiting) answer(token);
      waiting.clear();
      handedIn(token);
    });

  return {
    ask() {
      if (origins.length === 0 || around.length === 0) return Promise.resolve(null);
      return new Promise((resolve) => {
        waiting.add(resolve);
        setTimeout(() => waiting.delete(resolve) && resolve(null), ANSWER_MS);
        // To each of the origins by name: what stands at another one hears nothing.
        for (const host of around) for (const origin of origins) host.postMessage({ type: WANTED }, origin);
      });
    },
  };
}

function tokenIn(data: unknown): string | null {
  if (typeof data !== 'object' || data === null) return null;
  const { type, token } = data as { readonly type?: unknown; readonly token?: unknown };
  return type === TOKEN && typeof token === 'string' && token !== '' ? token : null;
}
