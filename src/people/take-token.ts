/** What a link hands over, behind the `#` of its address: no server and no log gets to see that. */
const TOKEN = /(?:^#|&)token=([^&]*)/;

/**
 * Takes the token out of the address, before anything else looks at it: what stands in an address stands in the
 * browser's history, in screenshots, and wherever people paste it.
 *
 * @returns null where there is none.
 */
export function takeTokenFromAddress(): string | null {
  const [, token = ''] = TOKEN.exec(location.hash) ?? [];
  if (!location.hash.includes('token=')) return null;
  history.replaceState(history.state, '', location.pathname + location.search);
  try {
    return decodeURIComponent(token) || null;
  } catch {
    return null;
  }
}
