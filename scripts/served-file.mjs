/**
 * Makes a function that loads a module of those that the server gives out beside the script. A browser remembers a module
 * that could not be loaded as that, until the page is loaded anew: the next try goes by another address. While the file is
 * missing, each failure lets one more call pass before the next try.
 *
 * @param load is given the name of a file with what makes its address another one.
 */
export function servedFile(load) {
  let failures = '';
  let missing = null;
  let passed = 0;
  return async (file = '') => {
    if (file === missing && ++passed < failures.length) throw Error();
    try {
      return await load(`${file}.js${failures}`);
    } catch (error) {
      failures += failures ? 1 : '?';
      missing = file;
      passed = 0;
      throw error;
    }
  };
}
