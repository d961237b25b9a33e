/** Returns the consultation that the address names, or null for the list. */
export function consultationInAddress(base: string): string | null {
  const [, id] = /^c\/([^/]+)$/.exec(location.pathname.slice(base.length)) ?? [];
  try {
    return id === undefined ? null : decodeURIComponent(id);
  } catch {
    return null;
  }
}
