/** The icon of the page with a number on it; as it was for none. */
export function showUnread(count: number, appName: string): void {
  document.title = count === 0 ? appName : `(${count}) ${appName}`;
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (icon !== null) {
    icon.dataset['plain'] ??= icon.href;
    icon.href = (count === 0 ? null : drawn(count)) ?? icon.dataset['plain'];
  }
  const { setAppBadge, clearAppBadge } = navigator as Partial<Navigator>;
  // A page that nobody has installed has no badge.
  void (count === 0 ? clearAppBadge?.call(navigator) : setAppBadge?.call(navigator, count))?.catch(() => {});
}

const SIZE_PX = 64;
const BUBBLE =
  'M16 6h32a12 12 0 0 1 12 12v18a12 12 0 0 1-12 12H31L18 59V48h-2A12 12 0 0 1 4 36V18A12 12 0 0 1 16 6z';

function drawn(count: number): string | null {
  const canvas = document.createElement('canvas');
  canvas.width = SIZE_PX;
  canvas.height = SIZE_PX;
  const pen = canvas.getContext('2d');
  if (pen === null) return null;
  pen.fillStyle = '#0f6b5f';
  pen.fill(new Path2D(BUBBLE));
  pen.fillStyle = '#b3261e';
  pen.beginPath();
  pen.arc(45, 45, 19, 0, 2 * Math.PI);
  pen.fill();
  pen.fillStyle = '#fff';
  pen.font = `bold ${count > 9 ? 22 : 28}px sans-serif`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.fillText(count > 99 ? '99' : String(count), 45, 46);
  return canvas.toDataURL('image/png');
}
