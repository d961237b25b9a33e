/**
 * Loads a part of the page. A browser remembers a module that could not be loaded as that, until the page is loaded anew: so
 * it is asked for only once its file has come.
 *
 * @param file of the part, beside this script.
 * @throws where there is no connection; the next try may succeed.
 */
export async function loadLater<Part>(file: string, load: () => Promise<Part>): Promise<Part> {
  const { ok } = await fetch(new URL(`./${file}.js`, import.meta.url));
  if (!ok) throw new Error(`${file} cannot be loaded`);
  return load();
}
