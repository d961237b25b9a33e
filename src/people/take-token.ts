/** Finds the token of a link after the `#` of its address, which neither servers nor their logs ever see. */
const TOKEN = /(?:^#|&)token=([^&]*)/;

/**
 * Takes the token out of the address before anything else reads it. An address ends up in the browser's history, in
 * screenshots, and wherever people paste it.
 *
 * @returns the token, or null if the address has none.
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
