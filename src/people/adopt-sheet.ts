/** Adds the styles of a part of the page that is loaded later. @param css text of a style sheet. */
export function adoptSheet(css: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets.push(sheet);
}
