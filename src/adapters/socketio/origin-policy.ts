/** Origins such as `https://clinic.example`, or `*` for all. */
export type AllowedOrigins = '*' | readonly string[];

interface HandshakeHeaders {
  readonly origin?: string | undefined;
  readonly host?: string | undefined;
}

/**
 * Whether a handshake may go on: programs that send no `Origin`, pages of this server's own origin, and listed
 * origins. Browsers do not guard WebSockets themselves (OWASP: cross-site WebSocket hijacking).
 */
export function isOriginAllowed({ origin, host }: HandshakeHeaders, allowed: AllowedOrigins): boolean {
  if (allowed === '*' || origin === undefined) return true;
  return allowed.includes(origin) || isSameHost(origin, host);
}

/** Compared by host and port only: behind a proxy that ends TLS the server does not know its own scheme. */
function isSameHost(origin: string, host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(origin)) return false;
  const page = new URL(origin);
  const own = `${page.protocol}//${host}`;
  return page.host !== '' && URL.canParse(own) && new URL(own).host === page.host;
}
