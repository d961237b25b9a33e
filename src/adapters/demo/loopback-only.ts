/** The parts of a request that say where it comes from. An `http.IncomingMessage` has them. */
export interface RequestOrigin {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

const LOOPBACK_ADDRESS = /^(::ffff:)?127(\.\d{1,3}){3}$|^::1$/i;
const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;
/** Headers that proxies add. Behind a proxy there may be another machine, whatever address the proxy connects from. */
const OF_PROXIES = /^(forwarded|via|x-real-ip|x-forwarded-.+)$/;

/**
 * Whether a request in demo mode was made on this machine: it comes from a loopback address, through no proxy that
 * says so, and to a loopback name. The name is needed because of browsers: if `evil.example` is pointed at 127.0.0.1
 * after its page has loaded (DNS rebinding), the page has the same origin and the same address as this server, but it
 * sends its own name as `Host`.
 */
export function isFromThisMachine({ headers, socket }: RequestOrigin): boolean {
  const { host } = headers;
  return (
    LOOPBACK_ADDRESS.test(socket.remoteAddress ?? '') &&
    typeof host === 'string' &&
    LOOPBACK_HOST.test(host) &&
    !Object.keys(headers).some((name) => OF_PROXIES.test(name))
  );
}
