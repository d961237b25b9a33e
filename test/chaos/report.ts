import type { Figures } from './coverage.js';

/** One line for each figure, in the order of their names. */
export function formatTable(figures: Figures): string {
  const names = Object.keys(figures).sort();
  const width = Math.max(0, ...names.map(({ length }) => length));
  return names.map((name) => `  ${name.padEnd(width)}  ${String(figures[name]).padStart(8)}`).join('\n');
}
