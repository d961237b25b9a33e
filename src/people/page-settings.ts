/** The settings that the server has written into the page. */
export interface PageSettings {
  /** The path below which the chat is served, with a slash at its end. */
  readonly base: string;
  readonly socketPath: string;
  /** Whether this is the demo, in which visitors choose who they are. */
  readonly isDemo: boolean;
  /** The origins whose pages may hand in tokens. */
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
