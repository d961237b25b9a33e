const SIZE_PX = 64;
const BUBBLE =
  'M16 6h32a12 12 0 0 1 12 12v18a12 12 0 0 1-12 12H31L18 59V48h-2A12 12 0 0 1 4 36V18A12 12 0 0 1 16 6z';
const CROSS = 'M28.500 16h7v7.500h7.500v7h-7.500V38h-7v-7.500H21v-7h7.500z';

/** The icon of the page with a number on it, as a `data:` URL. */
export function unreadIcon(count: number): string | null {
  const canvas = document.createElement('canvas');
  canvas.width = SIZE_PX;
  canvas.height = SIZE_PX;
  const pen = canvas.getContext('2d');
  if (pen === null) return null;
  pen.fillStyle = '#0f6b5f';
  pen.fill(new Path2D(BUBBLE));
  pen.fillStyle = '#fff';
  pen.fill(new Path2D(CROSS));
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
