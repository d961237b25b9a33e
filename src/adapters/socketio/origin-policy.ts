/** Origins such as `https://clinic.example`, or `*` for all. */
export type AllowedOrigins = '*' | readonly string[];

/** What a browser says about the page that a request comes from. Other programs need not say anything. */
export interface OriginHeaders {
  readonly origin?: string | undefined;
  readonly host?: string | undefined;
  readonly 'sec-fetch-site'?: string | readonly string[] | undefined;
}

/**
 * The values of `Sec-Fetch-Site` for requests from a page of this server's own origin. Browsers send it even where
 * they send no `Origin`.
 */
const OWN_SITES: ReadonlySet<unknown> = new Set([undefined, 'same-origin', 'none']);

/**
 * Whether a request may go on. It may if it comes from a program that names no page, from a page of this server's own
 * origin, or from a listed origin. Browsers do not guard WebSockets themselves (OWASP: cross-site WebSocket
 * hijacking). For what a `<script>`, an image or a link asks for they send no `Origin`, but `Sec-Fetch-Site`.
 */
export function isOriginAllowed(headers: OriginHeaders, allowed: AllowedOrigins): boolean {
  const { origin, host } = headers;
  if (allowed === '*' || (origin !== undefined && allowed.includes(origin))) return true;
  return (origin === undefined || isSameHost(origin, host)) && OWN_SITES.has(headers['sec-fetch-site']);
}

/**
 * Whether a request that names a session may come from the page that opened the session. A page that named an origin
 * in its handshake names it in every request. A page of this server's own origin names none when it only reads.
 */
export function isSamePage(request: OriginHeaders, handshake: OriginHeaders): boolean {
  if (handshake.origin !== undefined) return request.origin === handshake.origin;
  return handshake['sec-fetch-site'] !== 'same-origin' || OWN_SITES.has(request['sec-fetch-site']);
}

/** Compared by host and port only: behind a proxy that ends TLS the server does not know its own scheme. */
function isSameHost(origin: string, host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(origin)) return false;
  const page = new URL(origin);
  // Browsers write an origin in one way only; anything else in it, such as a user name, makes it another text.
  if (page.origin !== origin || !/^https?:$/.test(page.protocol)) return false;
  const own = `${page.protocol}//${host}`;
  return URL.canParse(own) && new URL(own).host === page.host;
}
