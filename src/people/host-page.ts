/** Types of the messages between this page and the one that has opened or framed it, as `docs/pages.md` describes them. */
const WANTED = 'consultation-chat:token-wanted';
const TOKEN = 'consultation-chat:token';
/** A host page that has not answered after this long (ms) counts as having no token to give. */
const ANSWER_MS = 5_000;

export interface HostPage {
  /** Asks for a fresh token. Resolves with null if no host page may give one, or none answers. */
  ask(): Promise<string | null>;
}

/**
 * @param origins the origins whose pages may hand in tokens. Messages from all others are ignored.
 * @param handedIn called with each token that arrives, whether or not it was asked for.
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
        // Each message names its origin, so that a page from another origin hears nothing.
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
