/**
 * Counts the edits between two words: letters that are added, left out or replaced, and neighbours that are swapped
 * (optimal string alignment).
 *
 * @param limit words that are at least so far apart are not compared to their end. The result is then some number
 *   that is not below it.
 */
export function editDistance(from: string, to: string, limit = Number.POSITIVE_INFINITY): number {
  // There are at least as many edits as the words differ in length.
  const difference = Math.abs(from.length - to.length);
  if (difference >= limit) return difference;
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  let leastOfLast = 0;
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const distance = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (isSame ? 0 : 1),
        isSwapped && row > 1 && column > 1 ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
      current[column] = distance;
      least = Math.min(least, distance);
    }
    // Every later row is built on this one, or by a swap on the one before it.
    if (least >= limit && leastOfLast + 1 >= limit) return least;
    beforeLast = last;
    last = current;
    leastOfLast = least;
  }
  return at(last, to.length);
}

function at(distances: readonly number[], index: number): number {
  return distances[index] ?? Number.POSITIVE_INFINITY;
}

/**
 * The name with the fewest edits, the first of several; null if there is none.
 *
 * @param limit only names with fewer edits count.
 */
export function nearestName(
  word: string,
  names: readonly string[],
  limit = Number.POSITIVE_INFINITY,
): { readonly name: string; readonly distance: number } | null {
  let nearest: { readonly name: string; readonly distance: number } | null = null;
  for (const name of names) {
    const bound = nearest?.distance ?? limit;
    const distance = editDistance(word, name, bound);
    if (distance < bound) nearest = { name, distance };
  }
  return nearest;
}
