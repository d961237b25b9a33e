let shown = 0;

/** The number in the title, on the icon of the page, and on that of the application; as they were for none. */
export function showUnread(count: number, appName: string): void {
  shown = count;
  document.title = count === 0 ? appName : `(${count}) ${appName}`;
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (icon !== null) void showOn(icon, count);
  const { setAppBadge, clearAppBadge } = navigator as Partial<Navigator>;
  // A page that nobody has installed has no badge.
  void (count === 0 ? clearAppBadge?.call(navigator) : setAppBadge?.call(navigator, count))?.catch(() => {});
}

async function showOn(icon: HTMLLinkElement, count: number): Promise<void> {
  icon.dataset['plain'] ??= icon.href;
  const { plain } = icon.dataset;
  // Without a network what was not loaded before cannot be drawn; the title has the number.
  const drawing = count === 0 ? undefined : await import('./unread-icon.js').catch(() => undefined);
  if (shown === count) icon.href = drawing?.unreadIcon(count) ?? plain;
}
