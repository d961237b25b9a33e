import type { IncomingMessage } from 'node:http';

/** Where a handler lies for a request, and what of the address is left for it. */
export interface Mount {
  /** Without a slash at its end; empty at the root. */
  readonly basePath: string;
  /** Begins with a slash. */
  readonly url: string;
  /** The address of the mount itself, without a slash at its end: relative links would leave it. */
  readonly isBare: boolean;
}

/** Parts that are no other host's name, and end nothing. */
const BASE_PATH = /^(\/[^/?#\\]+)*$/;

/** Parts as a URL has them. No `*`, `:` and parentheses, which URLs may have and which here would be a router's pattern. */
const OPTION = /^(\/([A-Za-z0-9._~@+,;=!$&'-]|%[0-9A-Fa-f]{2})+)*$/;

/** @throws {TypeError} for what is no path, or one that browsers would change, such as `/a/../b`. */
export function checkBasePath(given: unknown): string {
  const basePath = typeof given === 'string' ? given.replace(/\/$/, '') : null;
  if (basePath !== null && OPTION.test(basePath)) {
    const { pathname } = new URL(`http://localhost${basePath}`);
    if (basePath === '' || pathname === basePath) return basePath;
  }
  throw new TypeError('basePath must be a path like /chat');
}

/**
 * Express and Connect take the mount's path off `url` and keep the whole in `originalUrl`; elsewhere `basePath` says what
 * to take off.
 *
 * @returns null for an address outside of it.
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
 * The same of a route of Fastify that ends in `/*`, or is the mount itself.
 *
 * @param pattern as the route was added, with the prefixes of its plugins.
 */
export function mountOfRoute({ url = '/' }: IncomingMessage, pattern: string): Mount | null {
  const count = pattern.replace(/\/?\*$/, '').split('/').length;
  const basePath = pathOf(url).split('/').slice(0, count).join('/');
  return mountOf({ url } as IncomingMessage, basePath);
}

const pathOf = (url: string): string => url.split('?')[0] ?? url;

/** What was taken off the front; null where that is no path. */
function removedFrom(original: string, url: string): string | null {
  const [whole, rest] = [pathOf(original), pathOf(url)];
  // The mount's own address has no slash at its end, and its rest is one.
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

/** What follows the path: empty, a query, or a path of its own; null where the URL does not begin with it. */
function restOf(url: string, basePath: string): string | null {
  const rest = url.startsWith(basePath) ? url.slice(basePath.length) : null;
  return rest === null || !/^([/?]|$)/.test(rest) || !BASE_PATH.test(basePath) ? null : rest;
}
