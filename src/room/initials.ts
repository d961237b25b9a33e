/** `Prof. Dr. med. Maya Lindqvist` → `ML`: more than a letter with a dot is a title. */
export function initials(name: string): string {
  const parts = name.split(/\s+/u).filter((part) => !/^(dr|prof|mrs?|ms)?$|..\.$/iu.test(part));
  const letters = parts.length > 1 ? [parts[0], parts[parts.length - 1]] : [parts[0]];
  return letters
    .map((part) => [...(part ?? '')][0] ?? '')
    .join('')
    .toUpperCase();
}
