/** More entries than any browser sends. */
const MAX_ENTRIES = 32;

/**
 * Finds the offer that a header such as `Accept` or `Accept-Language` prefers (RFC 9110, 12.4.2). An offer counts only
 * if the header names it. `*` names none.
 *
 * @param offered in lower case. Of offers that are preferred equally, the one that the header names first is found.
 * @param nameOf turns an entry of the header into the name of an offer.
 * @returns undefined if the header names none of them.
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
