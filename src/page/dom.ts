/**
 * Returns the element with this id. Throws if the document has none of that type, because then the page and its script
 * do not belong together.
 */
export function byId<E extends HTMLElement>(id: string, type: new () => E): E {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`The page has no ${type.name} with the id "${id}".`);
  return found;
}

/** Makes an element. Text goes in as text, never as HTML. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
  text = '',
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  if (text !== '') made.textContent = text;
  return made;
}

/** Empty text hides the element. An equal text is left alone, so that a live region does not speak twice. */
export function showText(target: HTMLElement, text: string): void {
  target.hidden = text === '';
  if (target.textContent !== text) target.textContent = text;
}
