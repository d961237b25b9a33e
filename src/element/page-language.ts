/** The language of the page around the element, which the pages here give to it: they have a stand-in for this file. */
export function languageAround(element: Element): string {
  return element.closest('[lang]')?.getAttribute('lang') ?? document.documentElement.lang;
}

/** @returns what ends it. */
export function onLanguageAround(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document, { attributes: true, attributeFilter: ['lang'], subtree: true });
  return () => observer.disconnect();
}
