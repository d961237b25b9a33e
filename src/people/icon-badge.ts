/** Puts a number on the icon of the page, or restores the icon for zero. */
export function showUnread(count: number): void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (icon !== null) {
    icon.dataset['plain'] ??= icon.href;
    icon.href = count === 0 ? icon.dataset['plain'] : drawn(count);
  }
  const { setAppBadge, clearAppBadge } = navigator as Partial<Navigator>;
  // Only an installed page has a badge.
  void (count === 0 ? clearAppBadge?.call(navigator) : setAppBadge?.call(navigator, count))?.catch(() => {});
}

const BUBBLE =
  'M16 6h32a12 12 0 0 1 12 12v18a12 12 0 0 1-12 12H31L18 59V48h-2A12 12 0 0 1 4 36V18A12 12 0 0 1 16 6z';

const drawn = (count: number): string =>
  `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><path fill="#0f6b5f" d="${BUBBLE}"/><circle cx="45" cy="45" r="19" fill="#b3261e"/><text x="45" y="54" fill="#fff" font-family="sans-serif" font-weight="700" font-size="${count > 9 ? 22 : 28}" text-anchor="middle">${Math.min(count, 99)}</text></svg>`)}`;
