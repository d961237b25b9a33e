/** The address of a client whose address nobody knows. */
const UNKNOWN = 'unknown';

const GROUPS_OF_A_NETWORK = 4;
const MAPPED_IPV4 = '::ffff:';
/** Four numbers up to 255, without leading zeros. */
const USUAL_IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** The parts of a request that say where it comes from. */
export interface AddressedRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/**
 * The address by which a client that has not said who it is differs from others. This is its IPv4 address, or the /64
 * of its IPv6 address, because one household has all addresses of a /64.
 *
 * @param trustedProxies how many proxies of our own every request passes. Each adds the address that called it at the
 *   right end of `X-Forwarded-For`; the client may have made up everything further left. With 0 the header does not
 *   count.
 */
export function clientAddressOf({ headers, socket }: AddressedRequest, trustedProxies: number): string {
  const direct = groupOf(socket.remoteAddress ?? '');
  if (trustedProxies === 0) return direct ?? UNKNOWN;
  const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',');
  const hops = forwarded
    .split(',')
    .map((hop) => hop.trim())
    .filter((hop) => hop !== '');
  // A request that has bypassed a proxy has fewer entries.
  const client = hops.at(-trustedProxies) ?? hops[0];
  return (client === undefined ? null : groupOf(withoutPort(client))) ?? direct ?? UNKNOWN;
}

/** Removes the port that some proxies write: `192.0.2.1:5678` and `[2001:db8::1]:5678`. */
function withoutPort(hop: string): string {
  const bracketed = /^\[([^\]]*)\](:\d+)?$/.exec(hop)?.[1];
  return bracketed ?? hop.replace(/^([\d.]+):\d+$/, '$1');
}

/** Returns null for text that is no address. */
function groupOf(text: string): string | null {
  // Nearly all addresses have the operating system's spelling, and this is called several times for each connection.
  const spelled = text.startsWith(MAPPED_IPV4) ? text.slice(MAPPED_IPV4.length) : text;
  if (USUAL_IPV4.test(spelled)) return spelled;
  const address = text.replace(/%.*$/, '').toLowerCase();
  if (address.length > 45) return null;
  const ipv4 = ipv4Of(address);
  if (ipv4 !== null) return ipv4.join('.');
  const groups = ipv6Of(address);
  if (groups === null) return null;
  const [mark, high = 0, low = 0] = groups.slice(5);
  if (mark === 0xffff && groups.slice(0, 5).every((group) => group === 0)) {
    return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
  }
  const network = groups.slice(0, GROUPS_OF_A_NETWORK).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}

/** The four numbers of an IPv4 address. */
function ipv4Of(text: string): readonly number[] | null {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return null;
  const bytes = text.split('.').map(Number);
  return bytes.every((byte) => byte <= 0xff) ? bytes : null;
}

/** The eight numbers of an IPv6 address. */
function ipv6Of(text: string): readonly number[] | null {
  const [left = '', right, ...more] = text.split('::');
  if (more.length > 0) return null;
  const [before, after] = [groupsOf(left, right === undefined), groupsOf(right ?? '', true)];
  if (before === null || after === null) return null;
  const missing = 8 - before.length - after.length;
  if (right === undefined ? missing !== 0 : missing < 1) return null;
  return [...before, ...Array<number>(missing).fill(0), ...after];
}

/** @param isEnd whether the last numbers may be written as an IPv4 address. */
function groupsOf(text: string, isEnd: boolean): readonly number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const ipv4 = isEnd && index === parts.length - 1 ? ipv4Of(part) : null;
    if (ipv4 !== null) {
      const [a = 0, b = 0, c = 0, d = 0] = ipv4;
      groups.push((a << 8) | b, (c << 8) | d);
    } else if (/^[0-9a-f]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
    else return null;
  }
  return groups;
}
