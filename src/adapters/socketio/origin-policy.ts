/** Origins such as `https://clinic.example`, or `*` for all. */
export type AllowedOrigins = '*' | readonly string[];

/** What a browser says about the page that a request comes from. Programs need not say anything. */
export interface OriginHeaders {
  readonly origin?: string | undefined;
  readonly host?: string | undefined;
  readonly 'sec-fetch-site'?: string | readonly string[] | undefined;
}

/** As a browser names the origin of a page of this server: by `Sec-Fetch-Site`, also where it sends no `Origin`. */
const OWN_SITES: ReadonlySet<unknown> = new Set([undefined, 'same-origin', 'none']);

/**
 * Whether a request may go on: of programs that name no page, of pages of this server's own origin, and of listed
 * origins. Browsers do not guard WebSockets themselves (OWASP: cross-site WebSocket hijacking), and send no `Origin` for
 * what a `<script>`, an image or a link asks for: there they send `Sec-Fetch-Site`.
 */
export function isOriginAllowed(headers: OriginHeaders, allowed: AllowedOrigins): boolean {
  const { origin, host } = headers;
  if (allowed === '*' || (origin !== undefined && allowed.includes(origin))) return true;
  return (origin === undefined || isSameHost(origin, host)) && OWN_SITES.has(headers['sec-fetch-site']);
}

/**
 * Whether a request that names a session may come from the page that has opened it. Where that named an origin, so does
 * every request of it; a page of this server's own names none when it only asks.
 */
export function isSamePage(request: OriginHeaders, handshake: OriginHeaders): boolean {
  if (handshake.origin !== undefined) return request.origin === handshake.origin;
  return handshake['sec-fetch-site'] !== 'same-origin' || OWN_SITES.has(request['sec-fetch-site']);
}

/** Compared by host and port only: behind a proxy that ends TLS the server does not know its own scheme. */
function isSameHost(origin: string, host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(origin)) return false;
  const page = new URL(origin);
  // Browsers write an origin in one way only; whatever else is in there, such as a user, makes it another text.
  if (page.origin !== origin || !/^https?:$/.test(page.protocol)) return false;
  const own = `${page.protocol}//${host}`;
  return URL.canParse(own) && new URL(own).host === page.host;
}
