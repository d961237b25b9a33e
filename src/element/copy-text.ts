/**
 * Puts a text on the clipboard. Where a page may not write there, such as without HTTPS, the browser's own command does it,
 * for which the text has to be selected; then it stays selected.
 *
 * @param shown where the text stands.
 * @returns whether it is there now.
 */
export async function copyText(text: string, shown: Node | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    if (shown !== null) getSelection()?.selectAllChildren(shown);
    return document.execCommand('copy');
  }
}
