/**
 * Puts a text on the clipboard. If the page may not write there, such as without HTTPS, the browser's own command does
 * it. For that, the text has to be selected, and it stays selected.
 *
 * @param shown the node that shows the text.
 * @returns whether the text is on the clipboard now.
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
