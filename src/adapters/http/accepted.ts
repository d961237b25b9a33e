/** More than any browser names. */
const MAX_ENTRIES = 32;

/**
 * What a header such as `Accept` or `Accept-Language` likes best of what there is (RFC 9110, 12.4.2). Only what it names
 * counts, and no `*`.
 *
 * @param offered in lower case; of those that are liked as much, the one that the header names first.
 * @param nameOf an entry of the header, as what is offered has it.
 * @returns undefined where it names none of them.
 */
export function preferred<Offered extends string>(
  header: string | undefined,
  offered: readonly Offered[],
  nameOf: (entry: string) => string = (entry) => entry,
): Offered | undefined {
  const liked = (header ?? '')
    .toLowerCase()
    .split(',', MAX_ENTRIES)
    .map((entry) => {
      const [name = '', ...parameters] = entry.split(';').map((part) => part.trim());
      const weight = parameters.find((parameter) => parameter.startsWith('q='));
      const found = offered.find((one) => one === nameOf(name));
      return { found, quality: weight === undefined ? 1 : Number(weight.slice(2)) };
    })
    .filter(({ found, quality }) => found !== undefined && quality > 0);
  return liked.sort((a, b) => b.quality - a.quality)[0]?.found;
}
