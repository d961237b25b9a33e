/** `Dr. Maya Lindqvist` → `ML` */
export function initials(name: string): string {
  const parts = name.split(/\s+/u).filter((part) => part !== '' && !/^(dr|prof|mr|mrs|ms)\.?$/iu.test(part));
  const letters = parts.length > 1 ? [parts[0], parts[parts.length - 1]] : [parts[0]];
  return letters
    .map((part) => [...(part ?? '')][0] ?? '')
    .join('')
    .toUpperCase();
}
