/** The language of the page around the element. The pages here set it on the element, and have a stand-in for this. */
export function languageAround(element: Element): string {
  const speaker = element.closest('[lang]:not([lang=""])');
  if (speaker !== null) return speaker.getAttribute('lang') ?? '';
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? languageAround(root.host) : document.documentElement.lang;
}

/** @returns a function that ends it. */
export function onLanguageAround(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document, { attributes: true, attributeFilter: ['lang'], subtree: true });
  return () => observer.disconnect();
}
