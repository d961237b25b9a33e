import type { IncomingMessage } from 'node:http';

/** The path under which a handler is mounted for a request, and the rest of the request's URL. */
export interface Mount {
  /** The path of the mount, without a slash at its end; empty at the root. */
  readonly basePath: string;
  /** The rest of the URL. It begins with a slash. */
  readonly url: string;
  /**
   * Whether the URL is the mount's own address without a slash at its end. Relative links of a page there would lead
   * outside of the mount.
   */
  readonly isBare: boolean;
}

/** A path that cannot be read as another host (`//host`), and that no query, fragment or backslash ends. */
const BASE_PATH = /^(\/[^/?#\\]+)*$/;

/**
 * A path as URLs have it, but without `*`, `:` and parentheses: URLs may have these, but the router would read them
 * as a pattern.
 */
const OPTION = /^(\/([A-Za-z0-9._~@+,;=!$&'-]|%[0-9A-Fa-f]{2})+)*$/;

/**
 * Takes the slash off the end of a base path.
 *
 * @throws {TypeError} for anything but a path, and for a path that browsers would change, such as `/a/../b`.
 */
export function checkBasePath(given: unknown): string {
  const basePath = typeof given === 'string' ? given.replace(/\/$/, '') : null;
  if (basePath !== null && OPTION.test(basePath)) {
    const { pathname } = new URL(`http://localhost${basePath}`);
    if (basePath === '' || pathname === basePath) return basePath;
  }
  throw new TypeError('basePath must be a path like /chat');
}

/**
 * Finds the mount of a request. Express and Connect take the mount's path off `url` and keep the whole in
 * `originalUrl`. Elsewhere, `basePath` says what to take off.
 *
 * @returns null for an address outside of the mount.
 */
export function mountOf(request: IncomingMessage, basePath: string): Mount | null {
  const { url = '/' } = request;
  const original: unknown = Reflect.get(request, 'originalUrl');
  const outer = typeof original === 'string' ? removedFrom(original, url) : '';
  if (outer === null) return null;
  if (basePath === '' || outer === basePath) return { basePath: outer, url, isBare: isBare(original, url) };
  const rest = restOf(url, basePath);
  if (rest === null) return null;
  return {
    basePath: `${outer}${basePath}`,
    url: rest.startsWith('/') ? rest : `/${rest}`,
    isBare: !rest.startsWith('/'),
  };
}

/**
 * Finds the mount of a request to a route of Fastify that ends in `/*`, or is the mount itself.
 *
 * @param pattern the route's URL with the prefixes of its plugins.
 */
export function mountOfRoute({ url = '/' }: IncomingMessage, pattern: string): Mount | null {
  const count = pattern.replace(/\/?\*$/, '').split('/').length;
  const basePath = pathOf(url).split('/').slice(0, count).join('/');
  return mountOf({ url } as IncomingMessage, basePath);
}

const pathOf = (url: string): string => url.split('?')[0] ?? url;

/** Returns the part that the host has taken off the front of the URL; null if that is no path. */
function removedFrom(original: string, url: string): string | null {
  const [whole, rest] = [pathOf(original), pathOf(url)];
  // At the mount's own address without a slash, the host makes `/` of the empty rest.
  const outer = whole.endsWith(rest)
    ? whole.slice(0, whole.length - rest.length)
    : rest === '/'
      ? whole
      : null;
  return outer !== null && BASE_PATH.test(outer) ? outer : null;
}

function isBare(original: unknown, url: string): boolean {
  return typeof original === 'string' && pathOf(url) === '/' && !pathOf(original).endsWith('/');
}

/** Returns the rest of the URL after `basePath`: nothing, a query, or a path; null if the URL does not begin so. */
function restOf(url: string, basePath: string): string | null {
  const rest = url.startsWith(basePath) ? url.slice(basePath.length) : null;
  return rest === null || !/^([/?]|$)/.test(rest) || !BASE_PATH.test(basePath) ? null : rest;
}
