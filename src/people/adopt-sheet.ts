/** Of a part of the page that comes later: what it looks like comes with it. @param css text of a style sheet. */
export function adoptSheet(css: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets.push(sheet);
}
