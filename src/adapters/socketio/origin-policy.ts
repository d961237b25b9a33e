/** Origins such as `https://clinic.example`, or `*` for all. */
export type AllowedOrigins = '*' | readonly string[];

/** The headers by which a browser names the page that a request comes from. Other programs need not send them. */
export interface OriginHeaders {
  readonly origin?: string | undefined;
  readonly host?: string | undefined;
  readonly 'sec-fetch-site'?: string | readonly string[] | undefined;
}

/**
 * The values of `Sec-Fetch-Site` for requests from a page of this server's own origin. Browsers send this header even
 * with requests that carry no `Origin`.
 */
const OWN_SITES: ReadonlySet<unknown> = new Set([undefined, 'same-origin', 'none']);

/**
 * Whether a request may go on. It may if it comes from a program that names no page, from a page of this server's own
 * origin, or from a listed origin. Browsers do not guard WebSockets themselves (OWASP: cross-site WebSocket
 * hijacking). The requests of a `<script>`, an image or a link have no `Origin`, but `Sec-Fetch-Site`.
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

/** Compares host and port only, because a server that has a proxy end TLS for it does not know its own scheme. */
function isSameHost(origin: string, host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(origin)) return false;
  const page = new URL(origin);
  // Browsers write an origin in one way only. With anything more in it, such as a user name, it would be another text.
  if (page.origin !== origin || !/^https?:$/.test(page.protocol)) return false;
  const own = `${page.protocol}//${host}`;
  return URL.canParse(own) && new URL(own).host === page.host;
}
