/**
 * How many edits lie between two words: letters added, left out, replaced, or two neighbours that changed places
 * (optimal string alignment).
 */
export function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (isSame ? 0 : 1),
        isSwapped && row > 1 && column > 1 ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, to.length);
}

function at(distances: readonly number[], index: number): number {
  return distances[index] ?? Number.POSITIVE_INFINITY;
}

/** The name with the fewest edits, the first of several; null where there is no name. */
export function nearestName(
  word: string,
  names: readonly string[],
): { readonly name: string; readonly distance: number } | null {
  let nearest: { readonly name: string; readonly distance: number } | null = null;
  for (const name of names) {
    // At least as many edits as one is longer than the other.
    if (nearest !== null && Math.abs(word.length - name.length) >= nearest.distance) continue;
    const distance = editDistance(word, name);
    if (nearest === null || distance < nearest.distance) nearest = { name, distance };
  }
  return nearest;
}
