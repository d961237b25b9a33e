/** It would be read as a scheme with a path. */
const HOST_AND_PORT = /^[\w.-]+:\d+(?=\/|$)/;

/** What a page has given: templates of some frameworks give null or undefined where they have no value yet. */
type Given = string | null | undefined;

/** @returns the address of the server in full; null if no server can have it. */
function addressOf(given: Given): URL | null {
  const text = given ?? '';
  const scheme = location.protocol === 'http:' ? 'http' : 'https';
  const full = HOST_AND_PORT.test(text) ? `${scheme}://${text}` : text;
  if (!URL.canParse(full, location.href)) return null;
  const address = new URL(full, location.href);
  return /^(http|ws)s?:$/.test(address.protocol) ? address : null;
}

/**
 * The address of the server's sockets. Below a path of a host application, it is not that of its pages.
 *
 * @returns an empty text if no server can have this address.
 */
export function socketsAt(server: Given): string {
  return addressOf(server)?.origin ?? '';
}

/**
 * The address of what the server tells every page. It is beside the element if the server has served that, under
 * whatever path.
 *
 * @throws if no server can have this address.
 */
export function settingsAt(server: Given): string {
  const own: string | undefined = import.meta.url;
  if (own !== undefined && new URL(own).pathname.endsWith('/element.js'))
    return new URL('people.json', own).href;
  const pages = addressOf(server)?.href.replace(/\/?$/, '/');
  return new URL('people.json', pages).href;
}
