/**
 * Loads a part of the page. When a browser has failed to load a module, it does not try again until the page is reloaded. So
 * the module is imported only after its file has been fetched.
 *
 * @param file the name of the part's file, which lies beside this script.
 * @throws if there is no connection. The next try may succeed.
 */
export async function loadLater<Part>(file: string, load: () => Promise<Part>): Promise<Part> {
  const { ok } = await fetch(new URL(`./${file}.js`, import.meta.url));
  if (!ok) throw new Error(`${file} cannot be loaded`);
  return load();
}
