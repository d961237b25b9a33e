import type { Figures } from './coverage.js';

/** One line for each figure, in the order of their names. */
export function formatTable(figures: Figures): string {
  const names = Object.keys(figures).sort();
  const width = Math.max(0, ...names.map(({ length }) => length));
  return names.map((name) => `  ${name.padEnd(width)}  ${shown(figures[name] ?? 0).padStart(8)}`).join('\n');
}

/** Counts as they are; what is measured with one place behind the point. */
function shown(figure: number): string {
  return Number.isInteger(figure) ? String(figure) : figure.toFixed(1);
}
