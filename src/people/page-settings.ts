/** What the server has written into the page. */
export interface PageSettings {
  /** The path that everything of the chat lies below, with a slash at its end. */
  readonly base: string;
  readonly socketPath: string;
  /** Whether people choose here who they are. */
  readonly isDemo: boolean;
  /** Origins whose pages may hand in tokens. */
  readonly hostOrigins: readonly string[];
}

export function readPageSettings(): PageSettings {
  const meta = (name: string): string =>
    document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? '';
  return {
    base: meta('base') || '/',
    socketPath: meta('socket-path') || '/socket.io',
    isDemo: meta('sign-in') === 'demo',
    hostOrigins: meta('host-origins').split(' ').filter(Boolean),
  };
}
